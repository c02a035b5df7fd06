/** Whether DomUs can be added to a host as it runs now: every reason against it, at once. Pure. */
import type en from '../../../locales/en.json';
import type { Finding } from '../../check/finding.ts';
import type { HostNow } from '../../facts/installed-host.ts';
import { spaceFor } from '../../facts/work-space.ts';
import type { Said, Values } from '../../i18n/said.ts';
import type { Action } from '../../plan/action.ts';
import type { ResolvedDomu } from '../../plan/model.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DomuRecord } from '../../plan/domu/domu-record.ts';
import { deviceOf } from '../../plan/storage/graph.ts';
import { PYGRUB_USER } from '../../plan/domu/pygrub-user.ts';
import type { DomuSettings } from '../../profile/effective.ts';
import { poolName } from './places.ts';

export interface Wanted {
  readonly added: readonly DomuSettings[];
  /** Of the whole host with them, and of them alone. */
  readonly whole: Plan;
  readonly plan: Plan;
  readonly records: readonly DomuRecord[];
  readonly now: HostNow;
  /** Bases that this host does not have yet. */
  readonly missing: readonly Action[];
  /** A run that goes on has made some of it already. */
  readonly isResumed: boolean;
}

type Line = keyof (typeof en)['errors']['domu-unfit']['lines'];
/** Why they cannot be added, as a text of `errors` and what is put into it. */
export interface Reason extends Said {
  readonly id: `domu-unfit.lines.${Line}`;
}

export function reason(line: Line, values: Values = {}): Reason {
  return { id: `domu-unfit.lines.${line}`, values };
}

/** Empty: they fit. In the order of what people would look at. */
export function reasonsAgainst(wanted: Wanted): Reason[] {
  const { added, whole, records, now, isResumed } = wanted;
  if (!now.isDom0)
    return [now.whyWithoutXen === null ? reason('noXen') : reason('noXenBecause', { why: now.whyWithoutXen })];
  return [
    ...records.filter(({ adopted }) => adopted !== true).flatMap((record) => changedSince(record, whole)),
    ...added
      .filter(({ disks }) =>
        [disks.root.size, disks.swap, ...disks.data.map(({ size }) => size)].some(({ kind }) => kind === 'rest'),
      )
      .map(({ name }) => reason('rest', { domu: name })),
    // What a run that goes on has made already is its own.
    ...(isResumed ? [] : [...takenNames(wanted), ...lacking(wanted)]),
  ];
}

function takenNames({ added, plan, now }: Wanted): Reason[] {
  const place = poolName(plan);
  return [
    ...added
      .filter(({ name }) => now.domains.includes(name))
      .map(({ name }) => reason('foreignDomain', { domu: name, path: `/etc/xen/${name}.cfg` })),
    ...plan.volumes
      .filter((volume) => now.volumes.includes(volume.name) && deviceOf(plan, volume).origin !== 'kept')
      .map(({ name }) => reason('volumeThere', { volume: name, place })),
  ];
}

/** Space for their disks, for building their systems, and memory. */
function lacking({ added, plan, now, missing }: Wanted): Reason[] {
  const diskMiB = plan.volumes
    .map((volume) => deviceOf(plan, volume))
    .reduce((sum, { sizeMiB, origin }) => sum + (origin === 'kept' ? 0 : sizeMiB), 0);
  const memoryMiB = added.filter(({ autostart }) => autostart).reduce((sum, domu) => sum + domu.memoryMiB, 0);
  const building = spaceFor(missing, { freeMiB: now.storeFreeMiB ?? Number.MAX_SAFE_INTEGER, isMemory: false }, 0);
  const tooLittle = (line: 'space' | 'memory', freeMiB: number | null, neededMiB: number, values: Values): Reason[] =>
    freeMiB === null || neededMiB <= freeMiB
      ? []
      : [reason(line, { ...values, free: freeMiB, needed: neededMiB, missing: neededMiB - freeMiB })];
  return [
    ...tooLittle('space', now.freeMiB, diskMiB, { place: poolName(plan) }),
    ...(building.where === 'folder'
      ? []
      : [reason('store', { needed: building.needMiB, free: now.storeFreeMiB ?? 0 })]),
    ...tooLittle('memory', now.freeMemoryMiB, memoryMiB, {}),
  ];
}

/**
 * Warnings about the host and its other DomUs were given when they were installed; what new ones may read on their
 * disks is about these. `first`: the first that is new.
 */
export function findingsToTell(findings: readonly Finding[], first: number): Finding[] {
  return findings.filter(
    ({ severity, code, path: [part, index] }) =>
      severity === 'error' || code === 'old-bytes' || (part === 'domus' && typeof index === 'number' && index >= first),
  );
}

/** Hosts that were installed by older versions have nobody whom pygrub could run as. `passwd`: the text of /etc/passwd. */
export function pygrubReasons(domus: readonly ResolvedDomu[], passwd: string | null): Reason[] {
  if ((passwd ?? '').split('\n').some((line) => line.startsWith(`${PYGRUB_USER.name}:`))) return [];
  return domus
    .filter(({ boot }) => boot === 'pygrub')
    .map(({ settings }) => reason('noPygrubUser', { domu: settings.name, user: PYGRUB_USER.name }));
}

/** Names and identities must come out as they did at the install: else this is another host's profile, or other facts. */
function changedSince(record: DomuRecord, whole: Plan): Reason[] {
  const path = `/etc/xenwright/domus/${record.name}.json`;
  const file = whole.actions
    .flatMap((action) =>
      action.kind === 'tree.files' && action.id === `${record.name}/record` ? action.params.files : [],
    )
    .find((one) => one.path === path);
  if (file === undefined || (typeof file.content !== 'string' && 'secret' in file.content))
    return [reason('recordOnly', { domu: record.name })];
  const planned = JSON.parse(typeof file.content === 'string' ? file.content : file.content.text) as DomuRecord;
  const identity = ({ uuid, macs, volumes }: DomuRecord): string =>
    JSON.stringify([uuid, macs, volumes.map(({ name, device, uuid: id }) => [name, device, id])]);
  return identity(planned) === identity(record) ? [] : [reason('recordChanged', { domu: record.name, path })];
}
