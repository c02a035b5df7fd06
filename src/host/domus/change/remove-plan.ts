/**
 * What `domu remove` comes to: what is lost, what stays, and the steps. What is to stay is written down before anything
 * is removed, in the form that `domu add` takes. Pure.
 */
import { DOMU_RECORDS, KEPT_PROFILE, REMOVED_DOMUS, STARTER_NOTES } from '../../../facts/host-places.ts';
import type { Facts } from '../../../facts/facts.ts';
import { parseJson } from '../../../facts/lsblk.ts';
import { buildModel } from '../../../plan/build-model.ts';
import { directKernelDirectory } from '../../../plan/domu/xl-config.ts';
import type { ResolvedDomu, ResolvedVolume } from '../../../plan/model.ts';
import { underOf } from '../../../plan/storage/devices/table.ts';
import { nodeOf, type StorageGraph } from '../../../plan/storage/graph.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { fragmentOf, withoutDomu } from '../../../profile/kept-text.ts';
import type { Change, ChangeStep } from './change.ts';

const SECRETS = '/etc/xenwright/secrets/';

export interface RemoveInput {
  readonly name: string;
  /** Its data disks go, too. */
  readonly withData: boolean;
  readonly keptText: string;
  readonly kept: EffectiveProfile;
  readonly facts: Facts;
  /** Texts of its configuration (null: there is none) and of its record, and where the first lies. */
  readonly config: string | null;
  readonly configPath: string;
  readonly record: string;
  /** What an earlier removal has left, by its path. */
  readonly left: (path: string) => string | null;
}

export interface RemovePlan {
  readonly change: Change;
  readonly lost: readonly Pick<ResolvedVolume, 'device' | 'sizeMiB'>[];
  readonly stays: readonly Pick<ResolvedVolume, 'device' | 'sizeMiB'>[];
  /** Files that go. */
  readonly files: readonly string[];
}

/** The text for `domu add`, and the record of its disks. */
export function removedPlaces(name: string): { readonly fragment: string; readonly record: string } {
  return { fragment: `${REMOVED_DOMUS}/${name}.yaml`, record: `${REMOVED_DOMUS}/${name}.json` };
}

export function planRemove(input: RemoveInput): RemovePlan {
  const { name, kept, facts, keptText, config, configPath, record } = input;
  const { model, storage } = buildModel(kept, facts);
  const domu = model.domus.find(({ settings }) => settings.name === name);
  if (domu === undefined) throw new Error(`the model has no ${name}`);
  const stays = input.withData ? [] : domu.volumes.filter(({ use }) => use === 'data');
  const lost = domu.volumes.filter((volume) => !stays.includes(volume));
  const recordPath = `${DOMU_RECORDS}/${name}.json`;
  const secrets = stays.length > 0 ? [] : secretFiles(domu);
  const steps: ChangeStep[] = [
    ...(stays.length === 0 ? [] : keepSteps(input, stays)),
    { do: 'link', path: `/etc/xen/auto/${name}.cfg`, target: null },
    ...(config === null ? [] : [{ do: 'write', path: configPath, before: config, text: null, mode: '0640' } as const]),
    { do: 'write', path: recordPath, before: record, text: null, mode: '0644' },
    ...lost.map((volume) => dropStep(storage.graph, volume)),
    ...(domu.boot === 'direct' ? [{ do: 'remove', path: directKernelDirectory(name) } as const] : []),
    ...secrets.map((path): ChangeStep => ({ do: 'remove', path })),
    { do: 'remove', path: `${STARTER_NOTES}/${name}.json` },
    { do: 'write', path: KEPT_PROFILE, before: keptText, text: withoutDomu(keptText, kept, name), mode: '0600' },
    ...(domu.settings.network.some(({ antispoof }) => antispoof) ? [{ do: 'guard' } as const] : []),
  ];
  return {
    change: { version: 1, name, verb: 'remove', steps },
    lost,
    stays,
    files: [...(config === null ? [] : [configPath]), recordPath, ...secrets],
  };
}

function keepSteps({ name, kept, left }: RemoveInput, stays: readonly ResolvedVolume[]): ChangeStep[] {
  const { fragment, record } = removedPlaces(name);
  const volumes = stays.map(({ name: volume, device, uuid, sizeMiB, filesystem, mount }) => ({
    ...{ name: volume, device, uuid, sizeMiB, filesystem, mount },
  }));
  // Those of an earlier DomU of this name are somebody's data, too.
  const earlier = (parseJson(left(record)) as { volumes?: readonly { device: string }[] } | null)?.volumes ?? [];
  const others = earlier.filter(({ device }) => !stays.some((own) => own.device === device));
  const text = `${JSON.stringify({ version: 1, name, volumes: [...volumes, ...others] }, null, 2)}\n`;
  return [
    { do: 'write', path: fragment, before: left(fragment), text: fragmentOf(kept, name), mode: '0600' },
    { do: 'write', path: record, before: left(record), text, mode: '0644' },
  ];
}

function dropStep(graph: StorageGraph, { deviceId }: ResolvedVolume): ChangeStep {
  const node = nodeOf(graph, deviceId);
  return { do: 'drop', device: { node, under: underOf(graph, node) } };
}

/** What the kept profile refers to for it alone. */
function secretFiles({ settings }: ResolvedDomu): string[] {
  return settings.files.flatMap(({ source }) => (source?.startsWith(SECRETS) === true ? [source] : []));
}

/** Of a DomU that was removed before: the disks that it left, and what is known of it. */
export function planForget(
  name: string,
  removed: { readonly fragment: string; readonly record: string; readonly volumes: ReadonlySet<string> },
  whole: EffectiveProfile,
  facts: Facts,
): RemovePlan {
  const { model, storage } = buildModel(whole, facts);
  const domu = model.domus.find(({ settings }) => settings.name === name);
  const lost = (domu?.volumes ?? []).filter(({ device }) => removed.volumes.has(device));
  const places = removedPlaces(name);
  const steps: ChangeStep[] = [
    ...lost.map((volume) => dropStep(storage.graph, volume)),
    ...(domu === undefined ? [] : secretFiles(domu)).map((path): ChangeStep => ({ do: 'remove', path })),
    { do: 'remove', path: places.fragment },
    { do: 'remove', path: places.record },
  ];
  return {
    change: { version: 1, name, verb: 'remove', steps },
    lost,
    stays: [],
    files: [places.fragment, places.record],
  };
}
