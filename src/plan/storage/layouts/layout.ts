/** What a storage layout is: one file for each layout beside this one, and one row in `./table.ts`. Pure. */
import type { DiskFacts } from '../../../facts/facts.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { deriveUuid, diskSeed } from '../../identity.ts';
import { PlanRefusal } from '../../refusal.ts';
import type { DeviceType, FilesystemType } from '../devices/device-type.ts';
import { typeOf } from '../devices/table.ts';
import type { DeviceNode, FilesystemNode, PoolNode, StorageGraph, Volume } from '../graph.ts';
import { share, volumeRequests, type VolumeRequest } from '../volume-requests.ts';

/** Chosen disks and what the layout starts from. */
export interface LayoutInput {
  readonly profile: EffectiveProfile;
  readonly seed: string;
  readonly disks: readonly DiskFacts[];
  readonly isImage: boolean;
  readonly bootMiB: number;
  /** Of the medium that is kept; null: none. */
  readonly mediumBytes: number | null;
  /** DomUs whose disks are wiped where they may have something of before. */
  readonly wipes: boolean;
  /** DomUs whose kernels pygrub reads. */
  readonly readByPygrub: ReadonlySet<string>;
}

export interface Layout {
  /** The volume group whose name the profile gives, and what is wrong with names; null: there is none. */
  readonly group: {
    nameFaults(group: string): ('form' | 'taken')[];
    volumeNameFault(group: string, name: string): 'reserved' | 'long' | null;
  } | null;
  /** How many disks it can take. */
  readonly mostDisks: number;
  /** Its devices are the device mapper's. */
  readonly needsDeviceMapper: boolean;
  /** DomUs' disks are made later, when the host has no more shares to give. */
  readonly sizesAreFixed: boolean;
  /** DomUs' volumes may hold what was there before. */
  readonly mayHoldOld: boolean;
  /** What volumes of this size together take beside the boot partitions. */
  needsMiB(volumesMiB: number): number;
  /** Throws PlanRefusal `disk-too-small`. */
  compose(input: LayoutInput): StorageGraph;
}

/** Throws `disk-too-small` with the numbers when what is wanted is more than what there is. */
function assertFits([disk]: readonly DiskFacts[], neededMiB: number, holdsMiB: number, place: 'group' | 'space'): void {
  if (neededMiB <= holdsMiB || disk === undefined) return;
  const holds = Math.max(0, holdsMiB);
  throw new PlanRefusal(`disk-too-small.${place}`, {
    needed: neededMiB,
    disk: disk.path,
    size: disk.sizeMiB,
    holds,
    missing: neededMiB - holds,
  });
}

/** A request with the size that it gets. */
export interface SizedRequest extends VolumeRequest {
  readonly sizeMiB: number;
}

/** All that is wanted, sized within `totalMiB` of a pool of this type. Throws PlanRefusal `disk-too-small`. */
export function sizedRequests(
  { profile, mediumBytes, disks }: LayoutInput,
  totalMiB: number,
  type: Pick<DeviceNode, 'type'>,
  place: 'group' | 'space',
): SizedRequest[] {
  const { stepMiB } = poolOf(typeOf(type));
  const list = volumeRequests(profile, mediumBytes);
  const shares = share(list, profile.host.storage.reserve, totalMiB, stepMiB);
  assertFits(disks, shares.neededMiB, totalMiB, place);
  return list.map((request, index) => ({ ...request, sizeMiB: shares.sizesMiB[index] ?? 0 }));
}

/** Devices from a pool for what is wanted, and what is placed on them. */
export function filled(input: LayoutInput, pool: PoolNode, requests: readonly SizedRequest[]): Placed[] {
  return requests.map((request) => {
    const device = allocated(input, pool, request);
    const { nodes, volume } = placed(input, request, device);
    return { nodes: [device, ...nodes], volume };
  });
}

function allocated(input: LayoutInput, pool: PoolNode, request: SizedRequest): DeviceNode {
  const isRoot = request.use === 'root';
  const device = poolOf(typeOf(pool)).allocate(
    pool,
    {
      domain: request.domain,
      name: request.name,
      opener: isRoot && request.domain === 'dom0' ? 'initrd' : 'dom0',
      ...(isRoot && input.readByPygrub.has(request.domain) ? { pygrub: true as const } : {}),
    },
    request.sizeMiB,
  );
  return request.filesystem === null ? { ...device, uuid: uuidOf(input, request) } : device;
}

function poolOf({ type, pool }: DeviceType): NonNullable<DeviceType['pool']> {
  if (pool === undefined) throw new Error(`${type} is no pool`);
  return pool;
}

/** Nodes, each after what it stands on, and the volume that they are. */
interface Placed {
  readonly nodes: readonly DeviceNode[];
  readonly volume: Volume;
}

/** The volume that a device becomes, and its filesystem. */
export function placed(input: LayoutInput, request: VolumeRequest, device: DeviceNode): Placed {
  const { domain, use, name, filesystem, guestDevice, mount } = request;
  const handed = guestDevice === null ? null : device.id;
  const common = { domain, use, name, handed, guestDevice, mount };
  if (filesystem === null) return { nodes: [], volume: { ...common, filesystem: null } };
  const node: FilesystemNode = {
    id: `${domain}/filesystem/${name}`,
    type: filesystem,
    on: [device.id],
    domain,
    sizeMiB: device.sizeMiB,
    origin: 'new',
    uuid: request.uuid ?? uuidOf(input, request),
    opener: guestDevice === null ? (use === 'root' ? 'initrd' : 'dom0') : 'guest',
    label: request.label,
    ...fieldsOf(input, request, device),
  };
  return { nodes: [node], volume: { ...common, filesystem: node.id } };
}

function fieldsOf({ profile, wipes }: LayoutInput, request: VolumeRequest, device: DeviceNode): object {
  const { domain, use, filesystem } = request;
  const { fields } = typeOf({ type: filesystem ?? '' }) as FilesystemType;
  const release = profile.domus.find(({ name }) => name === domain)?.release ?? profile.host.release;
  const keepsZeros = domain !== 'dom0' && (wipes || typeOf(device).startsEmpty === true);
  return fields?.({ use, release, keepsZeros }) ?? {};
}

/** What ids on the n-th chosen disk are derived from. */
export function seedOf({ seed, disks }: LayoutInput, index = 0): string {
  return diskSeed(seed, disks[index]?.identity);
}

function uuidOf(input: LayoutInput, { domain, use, name }: VolumeRequest): string {
  return deriveUuid(seedOf(input), domain, use, name);
}
