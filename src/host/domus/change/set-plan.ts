/**
 * What `domu set` comes to on this host: the steps that change files and volumes, what can be done while the DomU runs,
 * and why it cannot be done. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../../check/finding.ts';
import { checkProfile } from '../../../check/check.ts';
import { KEPT_PROFILE } from '../../../facts/host-places.ts';
import type { Facts } from '../../../facts/facts.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { buildModel } from '../../../plan/build-model.ts';
import { domuRecordOf, type DomuRecord } from '../../../plan/domu/domu-record.ts';
import { xlEntries, xlLiteral, type XlValue } from '../../../plan/domu/xl-config.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../../../plan/model.ts';
import { typeOf, underOf } from '../../../plan/storage/devices/table.ts';
import { nodeOf } from '../../../plan/storage/graph.ts';
import type { StoragePlan } from '../../../plan/storage/storage.ts';
import { wipeLimitMs } from '../../../plan/storage/wipe.ts';
import { loadProfile } from '../../../profile/load.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { withFields } from '../../../profile/kept-text.ts';
import { xlValues } from '../running.ts';
import type { Change, ChangeStep, Device } from './change.ts';
import { wishesOf } from './words.ts';
import { withXlKey } from './xl-text.ts';

export interface SetInput {
  readonly name: string;
  readonly words: readonly string[];
  /** The profile that the host keeps, as text and as it is read. */
  readonly keptText: string;
  readonly kept: EffectiveProfile;
  readonly facts: Facts;
  /** The text of its xl configuration, and that of its record. */
  readonly config: string;
  readonly record: string;
}

/** A volume that is added or has grown. */
export interface ChangedVolume {
  readonly volume: ResolvedVolume;
  readonly device: Device;
  readonly beforeMiB: number;
}

export interface SetPlan {
  readonly change: Change;
  /** Null where it is as it was. */
  readonly memoryMiB: number | null;
  /** Nobody has said what it may have at most: as much as it has. */
  readonly memoryMaxFollows: boolean;
  readonly vcpus: number | null;
  readonly made: readonly ChangedVolume[];
  readonly grown: readonly ChangedVolume[];
  /** What its disks take more. */
  readonly moreMiB: number;
  /** Keys of the xl configuration that have changed, with what they are now. */
  readonly xl: Readonly<Record<string, XlValue | null>>;
  /** Those that somebody has changed by hand: they stay. */
  readonly byHand: readonly string[];
}

export type SetResult =
  | { readonly plan: SetPlan; readonly findings: readonly Finding[] }
  /** `findings`: of the profile as it would be, with paths within the DomU. */
  | { readonly refused: readonly Message[]; readonly findings: readonly Finding[] };

/** Everything that is wrong is told at once. A plan without steps: it is like that already. */
export function planSet(input: SetInput): SetResult {
  const { name, keptText, kept, facts } = input;
  const index = kept.domus.findIndex((domu) => domu.name === name);
  const domu = kept.domus[index];
  if (domu === undefined) throw new Error(`the kept profile has no ${name}`);
  const { changes, refused } = wishesOf(input.words, domu);
  const { text, findings: unread } = withFields(keptText, name, changes);
  const loaded = loadProfile(text, KEPT_PROFILE);
  const before = new Set(checkProfile(kept, facts).map(keyOf));
  // Beside what cannot be read, the rest is looked at, too.
  const looked = loaded.profile ?? loaded.rest?.profile ?? null;
  const found = [
    ...unread,
    ...loaded.findings,
    ...(looked === null ? [] : checkProfile(looked, facts)).filter(
      (one) => !before.has(keyOf(one)) && loaded.rest?.isSilent(one.path) !== true,
    ),
  ].map((finding) => within(finding, index));
  if (loaded.profile === null || refused.length > 0 || found.some(({ severity }) => severity === 'error'))
    return { refused, findings: found };
  const then = resolved(loaded.profile, facts, name);
  const now = resolved(kept, facts, name);
  const volumes = volumeChanges(now, then);
  const unfit = [
    ...volumes.shrunk.map(({ name: volume, sizeMiB }): Message => ({
      key: 'commandLine.domu.set.shrinks',
      values: { volume, size: { sizeMiB } },
    })),
    ...(volumes.made.length + volumes.grown.length > 1
      ? [{ key: 'commandLine.domu.set.oneDisk' } satisfies Message]
      : []),
    ...then.domu.settings.disks.data
      .filter(({ size, name: disk }) => size.kind === 'rest' && !hadRest(now.domu, disk))
      .map((disk): Message => ({ key: 'commandLine.domu.set.rest', values: { disk: disk.name } })),
  ];
  if (unfit.length > 0) return { refused: unfit, findings: found };
  // What comes to the same is not written otherwise.
  const isSameProfile = isDeepStrictEqual(loaded.profile, kept);
  return { plan: planOf(input, isSameProfile ? keptText : text, now, then, volumes), findings: found };
}

function hadRest({ settings }: ResolvedDomu, name: string): boolean {
  return settings.disks.data.some((disk) => disk.name === name && disk.size.kind === 'rest');
}

interface Resolved {
  readonly model: HostModel;
  readonly storage: StoragePlan;
  readonly domu: ResolvedDomu;
}

function resolved(profile: EffectiveProfile, facts: Facts, name: string): Resolved {
  const { model, storage } = buildModel(profile, facts);
  const domu = model.domus.find(({ settings }) => settings.name === name);
  if (domu === undefined) throw new Error(`the model has no ${name}`);
  return { model, storage, domu };
}

function volumeChanges(now: Resolved, then: Resolved) {
  const before = new Map(now.domu.volumes.map((volume) => [volume.name, volume]));
  const changed = then.domu.volumes.map((volume): ChangedVolume => {
    const node = nodeOf(then.storage.graph, volume.deviceId);
    return {
      volume,
      device: { node, under: underOf(then.storage.graph, node) },
      beforeMiB: before.get(volume.name)?.sizeMiB ?? 0,
    };
  });
  return {
    made: changed.filter(({ volume }) => !before.has(volume.name)),
    grown: changed.filter(({ volume, beforeMiB }) => beforeMiB > 0 && volume.sizeMiB > beforeMiB),
    shrunk: now.domu.volumes.filter(
      ({ name, sizeMiB }) => (then.domu.volumes.find((one) => one.name === name)?.sizeMiB ?? 0) < sizeMiB,
    ),
  };
}

function planOf(
  { name, config, record, keptText }: SetInput,
  text: string,
  now: Resolved,
  then: Resolved,
  { made, grown }: ReturnType<typeof volumeChanges>,
): SetPlan {
  const xl = changedEntries(xlEntries(now.model, now.domu), xlEntries(then.model, then.domu));
  const written = configText(config, xl);
  const { settings } = then.domu;
  const recordText = recordWith(record, domuRecordOf(now.domu), domuRecordOf(then.domu));
  const path = (JSON.parse(record) as DomuRecord).config;
  const steps: ChangeStep[] = [
    ...made.map(({ volume, device }): ChangeStep => makeStep(then.storage, volume, device)),
    ...grown.map(({ volume, device }): ChangeStep => ({
      do: 'grow',
      device,
      zeros: zeroed(then.storage, device),
      limitMs: wipeLimitMs(volume.sizeMiB),
    })),
    ...(written.text === config ? [] : [writeStep(path, config, written.text, '0640')]),
    ...(recordText === record ? [] : [writeStep(`/etc/xenwright/domus/${name}.json`, record, recordText, '0644')]),
    ...(settings.autostart === now.domu.settings.autostart
      ? []
      : [
          {
            do: 'link',
            path: `/etc/xen/auto/${name}.cfg`,
            target: settings.autostart ? path.replace(/^\/etc\/xen\//, '../') : null,
          } as const,
        ]),
    ...(text === keptText ? [] : [writeStep(KEPT_PROFILE, keptText, text, '0600')]),
    ...('vif' in xl ? [{ do: 'guard' } as const] : []),
  ];
  return {
    change: { version: 1, name, verb: 'set', steps },
    memoryMiB: settings.memoryMiB === now.domu.settings.memoryMiB ? null : settings.memoryMiB,
    memoryMaxFollows: settings.memoryMaxMiB === null,
    vcpus: settings.vcpus === now.domu.settings.vcpus ? null : settings.vcpus,
    made,
    grown,
    moreMiB: [...made, ...grown].reduce((sum, { volume, beforeMiB }) => sum + volume.sizeMiB - beforeMiB, 0),
    xl,
    byHand: written.byHand,
  };
}

function makeStep({ wipe, graph }: StoragePlan, volume: ResolvedVolume, device: Device): ChangeStep {
  const filesystem = volume.filesystemId === null ? null : nodeOf(graph, volume.filesystemId);
  return {
    do: 'make',
    device,
    filesystem: filesystem === null ? null : { node: filesystem, under: underOf(graph, filesystem) },
    zeros: zeroed({ wipe, graph }, device),
    limitMs: wipeLimitMs(volume.sizeMiB),
  };
}

function zeroed({ wipe }: StoragePlan, { node }: Device): boolean {
  return wipe !== null && typeOf(node).startsEmpty !== true;
}

export function writeStep(path: string, before: string | null, text: string | null, mode: string): ChangeStep {
  return { do: 'write', path, before, text, mode };
}

function changedEntries(
  before: Readonly<Record<string, XlValue>>,
  after: Readonly<Record<string, XlValue>>,
): Record<string, XlValue | null> {
  return Object.fromEntries(
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((key) => !isSame(before[key], after[key]))
      .map((key) => [key, after[key] ?? null]),
  );
}

/** Disks and interfaces that people have added by hand stay where they are. */
function configText(
  config: string,
  xl: Readonly<Record<string, XlValue | null>>,
): { readonly text: string; readonly byHand: readonly string[] } {
  const there = xlValues(config);
  const byHand: string[] = [];
  let text = config;
  for (const [key, value] of Object.entries(xl)) {
    if (value === null || !Array.isArray(value)) text = withXlKey(text, key, value === null ? null : xlLiteral(value));
    else {
      const list = merged(there.get(key) ?? [], value as readonly string[]);
      if (list.length > value.length) byHand.push(key);
      text = withXlKey(text, key, xlLiteral(list));
    }
  }
  return { text, byHand };
}

/** What both are told by: the guest's name of a disk, the MAC of an interface. */
function merged(there: readonly string[], wanted: readonly string[]): string[] {
  const idOf = (one: string): string =>
    /(?:^|,)\s*(?:mac=([^,]+)|(?:vdev=)?((?:xvd|hd|sd)[a-z]+)(?=,|$))/.exec(one)?.[0] ?? one;
  const others = there.filter((one) => !wanted.some((own) => idOf(own) === idOf(one)));
  return [...wanted, ...others];
}

/** What others keep in it stays. */
function recordWith(text: string, before: DomuRecord, after: DomuRecord): string {
  const changed = Object.entries(after).filter(([key, value]) => !isSame(before[key as keyof DomuRecord], value));
  if (changed.length === 0) return text;
  return `${JSON.stringify({ ...(JSON.parse(text) as object), ...Object.fromEntries(changed) }, null, 2)}\n`;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function keyOf({ code, path, message }: Finding): string {
  return JSON.stringify([code, path, message]);
}

/** As people have named it. */
export function within(finding: Finding, index: number): Finding {
  const { path } = finding;
  return path[0] === 'domus' && path[1] === index ? { ...finding, path: path.slice(2) } : finding;
}
