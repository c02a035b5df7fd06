/**
 * A DomU that comes from a backup or from another one, as this host would have made it: names, places, addresses and
 * ids come out of the profile that the host keeps, so that a plan of it shows no difference afterwards. Looks only.
 */
import { checkProfile } from '../../../check/check.ts';
import type { LocatedFinding } from '../../../check/finding.ts';
import { cleanLine } from '../../../clean-text.ts';
import { EXIT, failure, type XenwrightError } from '../../../errors.ts';
import type { Facts } from '../../../facts/facts.ts';
import { KEPT_PROFILE } from '../../../facts/host-places.ts';
import { probeHostNow } from '../../../facts/installed-host.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { planOfAdded } from '../../../plan/added-domus.ts';
import { buildModel } from '../../../plan/build-model.ts';
import { buildPlan } from '../../../plan/build-plan.ts';
import { domuRecord } from '../../../plan/domu/domu-record.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../../../plan/model.ts';
import { nodeOf } from '../../../plan/storage/graph.ts';
import { readAdded } from '../../../profile/added-domus.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { loadProfile } from '../../../profile/load.ts';
import { renamedFragment } from '../../../profile/renamed-fragment.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { findingsToTell, reasonsAgainst } from '../fit.ts';
import { poolNow } from '../places.ts';
import type { BirthWorld } from './world.ts';

const MIB = 2 ** 20;

/** What it is made of. */
export interface Parent {
  readonly manifest: BackupManifest;
  readonly record: string | null;
  readonly fragment: string | null;
}
/** One of its disks and where it comes to lie. */
export interface BornDisk {
  readonly file: string;
  readonly volume: ResolvedVolume;
  readonly path: string;
  /** A logical volume; else a file. */
  readonly isVolume: boolean;
}
export interface Birth {
  readonly name: string;
  /** What it is made of keeps its name, keys and addresses: this one gets its own. */
  readonly isNew: boolean;
  readonly parentName: string;
  readonly model: HostModel;
  readonly domu: ResolvedDomu;
  readonly profile: EffectiveProfile;
  readonly facts: Facts;
  readonly disks: readonly BornDisk[];
  readonly swaps: readonly Omit<BornDisk, 'file'>[];
  /** Files and links of Dom0: its configuration, its record. */
  readonly content: ReturnType<typeof domuRecord>;
}

export function refusedBirth(domu: string, reason: Message): XenwrightError {
  return failure('birth-refused', EXIT.refused, { domu: cleanLine(domu), reason });
}

/** Throws `birth-refused` (exit 4), `birth-unfit` with findings of the profile (exit 3), `domu-unfit` (exit 4). */
export async function planBirth(
  { manifest, record, fragment }: Parent,
  name: string,
  world: BirthWorld,
  tell: (findings: readonly LocatedFinding[]) => void,
): Promise<Birth> {
  if (record === null || fragment === null) throw refusedBirth(name, { key: 'errors.birth-refused.byHand' });
  const host = await world.host();
  const isNew = name !== manifest.name;
  const { swaps, disks } = manifest;
  const uses = usesIn(record);
  const sizeMiB = ({ sizeBytes }: { readonly sizeBytes: number }): number => Math.ceil(sizeBytes / MIB);
  const used = (use: string) => disks.filter((disk) => uses.get(disk.guestDevice) === use);
  const [root] = used('root');
  const text =
    root === undefined
      ? null
      : renamedFragment(fragment, {
          name,
          macs: isNew ? null : macsIn(record),
          rootMiB: sizeMiB(root),
          swapMiB: swaps.reduce((sum, swap) => sum + sizeMiB(swap), 0),
          dataMiB: used('data').map(sizeMiB),
        });
  if (text === null) throw refusedBirth(name, { key: 'errors.birth-refused.fragment' });
  const reading = readAdded(host.profile, KEPT_PROFILE, loadProfile(text, manifest.name));
  const settings = reading.given?.[0];
  if (reading.kept.domus.some((one) => one.name === name))
    throw refusedBirth(name, { key: 'errors.birth-refused.taken' });
  tell(reading.findings);
  if (settings === undefined || reading.findings.some(({ severity }) => severity === 'error'))
    throw failure('birth-unfit', EXIT.profile, { domu: name });
  refuseTakenNetwork(name, isNew, settings.network, reading.kept);
  const profile: EffectiveProfile = { ...reading.kept, domus: [...reading.kept.domus, settings] };
  const facts = host.facts(null);
  const located = reading.locate(findingsToTell(checkProfile(profile, facts), reading.kept.domus.length), [settings]);
  tell(located);
  if (located.some(({ severity }) => severity === 'error')) throw failure('birth-unfit', EXIT.profile, { domu: name });
  const whole = buildPlan(profile, facts);
  const plan = planOfAdded(whole, [name]);
  const now = await probeHostNow(world.port, poolNow(plan));
  const reasons = reasonsAgainst({
    ...{ added: [settings], whole, plan, records: host.records, missing: [], isResumed: false },
    // Memory is taken when it is started.
    now: { ...now, freeMemoryMiB: null },
  });
  if (reasons.length > 0) throw failure('domu-unfit', EXIT.refused, { domus: name }, { lines: reasons });
  return bornOf(world.root, { manifest, name, isNew, profile, facts, model: buildModel(profile, facts).model });
}

function bornOf(
  root: string,
  {
    manifest,
    name,
    isNew,
    profile,
    facts,
    model,
  }: Pick<Birth, 'name' | 'isNew' | 'profile' | 'facts' | 'model'> & { readonly manifest: BackupManifest },
): Birth {
  const domu = model.domus.find(({ settings }) => settings.name === name);
  if (domu === undefined) throw new Error(`the plan has no ${name}`);
  const at = (guestDevice: string): Omit<BornDisk, 'file'> => {
    const volume = domu.volumes.find((one) => one.guestDevice === guestDevice);
    if (volume === undefined) throw refusedBirth(name, { key: 'errors.birth-refused.fragment' });
    const isVolume = nodeOf(model.storage, volume.deviceId).type !== 'file';
    return { volume, path: root + (volume.handed ?? volume.device), isVolume };
  };
  const [disks, swaps] = [
    manifest.disks.map(({ file, guestDevice }) => ({ file, ...at(guestDevice) })),
    manifest.swaps.map(({ guestDevice }) => at(guestDevice)),
  ];
  if (disks.length + swaps.length !== domu.volumes.filter(({ guestDevice }) => guestDevice !== null).length)
    throw refusedBirth(name, { key: 'errors.birth-refused.fragment' });
  return {
    name,
    isNew,
    parentName: manifest.name,
    model,
    domu,
    profile,
    facts,
    disks,
    swaps,
    content: domuRecord(model, domu),
  };
}

/** Two with one address disturb each other, and whoever is copied runs. */
function refuseTakenNetwork(
  name: string,
  isNew: boolean,
  network: EffectiveProfile['domus'][number]['network'],
  kept: EffectiveProfile,
): void {
  const fixed = (nics: typeof network): string[] =>
    nics.flatMap(({ addresses }) => addresses.filter((one) => one.includes('/')));
  const taken = new Set(kept.domus.flatMap((one) => fixed(one.network)));
  const address = fixed(network).find((one) => taken.has(one));
  if (address !== undefined) throw refusedBirth(name, { key: 'errors.birth-refused.address', values: { address } });
  const macs = new Set(kept.domus.flatMap((one) => one.network.map(({ mac }) => mac)));
  const mac = isNew ? undefined : network.find((one) => one.mac !== 'auto' && macs.has(one.mac))?.mac;
  if (mac !== undefined) throw refusedBirth(name, { key: 'errors.birth-refused.address', values: { address: mac } });
}

/** What each disk is for, by what the guest sees it as. Of a record that may be anybody's. */
function usesIn(record: string): ReadonlyMap<string, string> {
  const read = parseJson(record);
  const volumes = isRecord(read) && Array.isArray(read['volumes']) ? (read['volumes'] as unknown[]) : [];
  return new Map(volumes.filter(isRecord).map((one) => [String(one['guestDevice']), String(one['use'])]));
}

/** Looked at again as a part of the profile. */
function macsIn(record: string): string[] {
  const read = parseJson(record);
  const macs = isRecord(read) && Array.isArray(read['macs']) ? (read['macs'] as unknown[]) : [];
  return macs.filter((mac): mac is string => typeof mac === 'string' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac));
}
