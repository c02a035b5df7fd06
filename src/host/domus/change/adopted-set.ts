/**
 * What `domu set` comes to for a DomU that was made by hand and adopted: no profile has it, but the words, their checks
 * and what becomes of them are the same. Its disks and interfaces are not changed. Pure.
 */
import { stringify } from 'yaml';
import { checkProfile } from '../../../check/check.ts';
import { DOMU_RECORDS } from '../../../facts/host-places.ts';
import type { DomuRecord } from '../../../plan/domu/domu-record.ts';
import { xlLiteral, type XlValue } from '../../../plan/domu/xl-config.ts';
import type { DomuSettings } from '../../../profile/effective.ts';
import { withFields } from '../../../profile/kept-text.ts';
import { loadProfile } from '../../../profile/load.ts';
import { xlValues } from '../running.ts';
import type { ChangeStep } from './change.ts';
import { within, writeStep, type SetResult } from './set-plan.ts';
import { PLAIN_KEYS, wishesOf } from './words.ts';
import { withXlKey } from './xl-text.ts';

export interface AdoptedSetInput {
  readonly name: string;
  readonly words: readonly string[];
  readonly config: string;
  readonly record: string;
  /** Links in /etc/xen/auto that lead to its configuration. */
  readonly links: readonly string[];
}

export function planAdoptedSet(input: AdoptedSetInput): SetResult {
  const { words, config } = input;
  const record = JSON.parse(input.record) as DomuRecord;
  const text = profileText(config, record);
  const before = loadProfile(text, '').profile;
  const [now] = before?.domus ?? [];
  if (before === null || now === undefined) throw new Error(`${record.name} cannot be read as a DomU`);
  const wishes = wishesOf(words, now);
  const refused = [
    ...wishes.refused,
    ...wishes.changes
      .filter(({ path: [first] }) => !(PLAIN_KEYS as readonly unknown[]).includes(first))
      .map(({ path }) => notHere(path.join('.'))),
    // It lies in the very folder: there is no link that could go.
    ...(record.config.startsWith('/etc/xen/auto/') && wishes.changes.some(({ path: [first] }) => first === 'autostart')
      ? [notHere('autostart')]
      : []),
  ];
  const changed = withFields(text, 'adopted', wishes.changes);
  const loaded = loadProfile(changed.text, '');
  const looked = loaded.profile ?? loaded.rest?.profile ?? null;
  const known = new Set(checkProfile(before, null).map(({ code }) => code));
  const findings = [
    ...changed.findings,
    ...loaded.findings,
    ...(looked === null ? [] : checkProfile(looked, null)).filter(({ code }) => !known.has(code)),
  ].map((finding) => within(finding, 0));
  const [then] = loaded.profile?.domus ?? [];
  if (then === undefined || refused.length > 0 || findings.some(({ severity }) => severity === 'error'))
    return { refused, findings };
  return { plan: planOf(input, record, now, then), findings };
}

function notHere(name: string) {
  return { key: 'commandLine.domu.set.noKey', values: { name, keys: { list: PLAIN_KEYS, by: 'comma' } } } as const;
}

/** As much of it as can be changed, in the form of a profile. What is missing is as xl takes it. */
function profileText(config: string, record: DomuRecord): string {
  const values = xlValues(config);
  const number = (key: string): number | undefined =>
    /^\d{1,9}$/.test(values.get(key)?.[0] ?? '') ? Number(values.get(key)?.[0]) : undefined;
  const [memory, most] = [number('memory') ?? 4, number('maxmem')];
  const vcpus = number('vcpus') ?? 1;
  const cpus = number('maxvcpus');
  const domu = {
    name: 'adopted',
    type: 'pv',
    memory: `${memory}M`,
    ...(most === undefined || most === memory ? {} : { memoryMax: `${most}M` }),
    vcpus,
    ...(cpus === undefined || cpus === vcpus ? {} : { vcpusMax: cpus }),
    autostart: record.autostart,
    order: record.order,
    startDelay: `${record.startDelaySeconds}s`,
    stopTimeout: `${record.stopTimeoutSeconds}s`,
    ...(values.get('on_crash') === undefined ? {} : { onCrash: values.get('on_crash')?.[0] }),
  };
  return stringify({ version: 1, host: { hostname: 'xen1', storage: { disks: [{ largest: true }] } }, domus: [domu] });
}

function planOf(
  { name, config, record: recordText, links }: AdoptedSetInput,
  record: DomuRecord,
  now: DomuSettings,
  then: DomuSettings,
) {
  const [was, is] = [entriesOf(now), entriesOf(then)];
  const xl: Record<string, XlValue | null> = Object.fromEntries(
    Object.entries(is).filter(([key, value]) => was[key] !== value),
  );
  const text = Object.entries(xl).reduce(
    (rest, [key, value]) => withXlKey(rest, key, value === null ? null : xlLiteral(value)),
    config,
  );
  const fields = {
    autostart: then.autostart,
    order: then.order,
    startDelaySeconds: then.startDelayMs / 1000,
    stopTimeoutSeconds: then.stopTimeoutMs / 1000,
  };
  const isSame = Object.entries(fields).every(([key, value]) => record[key as keyof DomuRecord] === value);
  const steps: ChangeStep[] = [
    ...(text === config ? [] : [writeStep(record.config, config, text, '0640')]),
    ...(isSame
      ? []
      : [
          writeStep(
            `${DOMU_RECORDS}/${name}.json`,
            recordText,
            `${JSON.stringify({ ...record, ...fields }, null, 2)}\n`,
            '0644',
          ),
        ]),
    ...(then.autostart === now.autostart ? [] : linkSteps(name, record.config, links, then.autostart)),
  ];
  return {
    change: { version: 1, name, verb: 'set', steps },
    memoryMiB: then.memoryMiB === now.memoryMiB ? null : then.memoryMiB,
    memoryMaxFollows: then.memoryMaxMiB === null,
    vcpus: then.vcpus === now.vcpus ? null : then.vcpus,
    made: [],
    grown: [],
    moreMiB: 0,
    xl,
    byHand: [],
  } as const;
}

function linkSteps(name: string, config: string, links: readonly string[], isWanted: boolean): ChangeStep[] {
  if (!isWanted) return links.map((path) => ({ do: 'link', path, target: null }));
  const target = config.replace(/^\/etc\/xen\//, '../');
  return links.length > 0 ? [] : [{ do: 'link', path: `/etc/xen/auto/${name}.cfg`, target }];
}

function entriesOf({
  memoryMiB,
  memoryMaxMiB,
  vcpus,
  vcpusMax,
  onCrash,
}: DomuSettings): Record<string, XlValue | null> {
  return { memory: memoryMiB, maxmem: memoryMaxMiB ?? memoryMiB, vcpus, maxvcpus: vcpusMax, on_crash: onCrash };
}
