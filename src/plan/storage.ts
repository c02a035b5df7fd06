/** Disks and volumes of a host: which disk, what sizes, what names. Refuses what does not fit, with the numbers. Pure. */
import { EXIT, XenwrightError } from '../errors.ts';
import type { DiskFacts, Facts } from '../facts/facts.ts';
import { selectDisks } from '../facts/select-disks.ts';
import type { EffectiveProfile, Size } from '../profile/effective.ts';
import { deriveFatId, deriveUuid } from './identity.ts';
import type { ResolvedVolume } from './model.ts';
import { BIOS_BOOT_MIB, ESP_MIB, partitionDevice, planPartitions, TABLE_MIB, type PartitionPlan } from './partitions.ts';

const EXTENT_MIB = 4;
/** LVM's own metadata at the start of the physical volume, rounded up to an extent. */
const LVM_METADATA_MIB = 4;
/** Where DomU disks lie with layout `plain`. */
export const PLAIN_FOLDER = '/var/lib/xenwright/domus';

export interface StoragePlan {
  readonly disk: DiskFacts; /** The name the plan uses: by-id where there is one. */ readonly diskPath: string;
  readonly partitions: PartitionPlan; readonly volumes: readonly ResolvedVolume[];
  readonly volumeGroup: string | null; readonly reserveMiB: number;
}

interface Wish { readonly domain: string; readonly use: ResolvedVolume['use']; readonly name: string; readonly size: Size; readonly filesystem: string; readonly mount: string | null; readonly guestDevice: string | null; readonly label: string }

/** Everything that wants space beside the fixed partitions, Dom0 first. */
function wishes(profile: EffectiveProfile): Wish[] {
  const { storage } = profile.host;
  const list: Wish[] = [
    { domain: 'dom0', use: 'root', name: 'root', size: storage.root, filesystem: 'ext4', mount: '/', guestDevice: null, label: 'dom0-root' },
    { domain: 'dom0', use: 'swap', name: 'swap', size: storage.swap, filesystem: 'swap', mount: null, guestDevice: null, label: 'dom0-swap' },
    { domain: 'dom0', use: 'cache', name: 'cache', size: storage.cache, filesystem: 'ext4', mount: '/var/lib/xenwright', guestDevice: null, label: 'dom0-cache' },
  ];
  for (const domu of profile.domus) {
    const { root, swap, data } = domu.disks;
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    let next = 0;
    const add = (use: ResolvedVolume['use'], name: string, size: Size, filesystem: string, mount: string | null): void => {
      list.push({ domain: domu.name, use, name: `${domu.name}-${name}`, size, filesystem, mount, guestDevice: `xvd${letters[next++] ?? 'z'}`, label: `${domu.name}-${name}`.slice(0, 16) });
    };
    add('root', 'root', root.size, root.filesystem, '/');
    if (!isNothing(swap)) add('swap', 'swap', swap, 'swap', null);
    for (const disk of data) add('data', disk.name, disk.size, disk.filesystem, disk.mount);
  }
  return list.filter((wish) => !isNothing(wish.size));
}

const isNothing = (size: Size): boolean => size.kind === 'fixed' && size.miB === 0;

/** Sizes in MiB for wishes within `totalMiB`: fixed ones, then shares of the whole, then what is left split between `rest`. */
function share(list: readonly Wish[], reserve: Size, totalMiB: number, round: number): { sizes: number[]; reserveMiB: number; neededMiB: number } {
  const up = (miB: number): number => Math.max(round, Math.ceil(miB / round) * round);
  const of = (size: Size): number => (size.kind === 'fixed' ? up(size.miB) : size.kind === 'percent' ? up((totalMiB * size.percent) / 100) : 0);
  const sizes = list.map((wish) => of(wish.size));
  const reserveMiB = reserve.kind === 'rest' || isNothing(reserve) ? 0 : of(reserve);
  const takenMiB = sizes.reduce((sum, size) => sum + size, 0) + reserveMiB;
  const rests = list.filter((wish) => wish.size.kind === 'rest').length;
  const each = rests === 0 ? 0 : Math.floor((totalMiB - takenMiB) / rests / round) * round;
  return { sizes: list.map((wish, index) => (wish.size.kind === 'rest' ? Math.max(each, 0) : (sizes[index] ?? 0))), reserveMiB, neededMiB: takenMiB + rests * 512 };
}

/** MiB of a disk image that just holds the plan, plus a tenth (design: "Image machine"). */
export function imageSizeMiB(profile: EffectiveProfile): number {
  const { storage } = profile.host;
  const fixedMiB = TABLE_MIB + BIOS_BOOT_MIB + ESP_MIB + LVM_METADATA_MIB + fixed(storage.boot, 1024);
  const list = wishes(profile);
  const plainSum = list.reduce((sum, wish) => sum + (wish.size.kind === 'fixed' ? Math.ceil(wish.size.miB / EXTENT_MIB) * EXTENT_MIB : wish.size.kind === 'rest' ? 2048 : 0), 0);
  const percent = [...list.map((wish) => wish.size), storage.reserve].reduce((sum, size) => sum + (size.kind === 'percent' ? size.percent : 0), 0);
  const reserveMiB = storage.reserve.kind === 'fixed' ? storage.reserve.miB : 0;
  const groupMiB = (plainSum + reserveMiB) / (1 - Math.min(percent, 90) / 100);
  return Math.ceil(((fixedMiB + groupMiB) * 1.1) / 64) * 64;
}

const fixed = (size: Size, otherwiseMiB: number): number => (size.kind === 'fixed' ? size.miB : otherwiseMiB);

/** Chooses the disk and lays everything out. Throws XenwrightError (exit 4): `no-disk` with the candidates, `disk-too-small`. */
export function planStorage(profile: EffectiveProfile, facts: Facts): StoragePlan {
  const { storage } = profile.host;
  const selection = selectDisks(storage.disks, facts.disks, { overwrite: profile.install.overwrite ?? 'any' });
  const problem = selection.problems[0];
  const disk = selection.disks[0];
  if (problem !== undefined || disk === undefined) throw new XenwrightError({ code: problem?.code ?? 'no-disk', exit: EXIT.refused, message: problem?.message ?? 'no disk was chosen' });
  const bootMiB = fixed(storage.boot, 1024);
  return storage.layout === 'plain' ? planPlain(profile, facts, disk, bootMiB) : planLvm(profile, facts, disk, bootMiB);
}

function planLvm(profile: EffectiveProfile, facts: Facts, disk: DiskFacts, bootMiB: number): StoragePlan {
  const group = profile.host.storage.volumeGroup;
  const partitions = planPartitions(facts.seed, 0, bootMiB, [{ label: 'xw-lvm', typeCode: '8E00', sizeMiB: null }]);
  const totalMiB = Math.floor((disk.sizeMiB - TABLE_MIB - BIOS_BOOT_MIB - ESP_MIB - bootMiB - LVM_METADATA_MIB) / EXTENT_MIB) * EXTENT_MIB;
  const list = wishes(profile);
  const shares = share(list, profile.host.storage.reserve, totalMiB, EXTENT_MIB);
  fits(disk, totalMiB, shares, 'volume group');
  const volumes = list.map((wish, index) => volume(facts.seed, wish, `/dev/${group}/${wish.name}`, shares.sizes[index] ?? 0));
  return { disk, diskPath: disk.byId ?? disk.path, partitions, volumes: [...fixedVolumes(facts.seed, partitions, bootMiB), ...volumes], volumeGroup: group, reserveMiB: totalMiB - shares.sizes.reduce((sum, size) => sum + size, 0) };
}

/** Layout `plain`: root and swap are partitions; a data partition holds preallocated raw files for the DomUs. */
function planPlain(profile: EffectiveProfile, facts: Facts, disk: DiskFacts, bootMiB: number): StoragePlan {
  const totalMiB = disk.sizeMiB - TABLE_MIB - BIOS_BOOT_MIB - ESP_MIB - bootMiB;
  // The cache is a folder on the data partition here: its size counts, but it is no volume of its own.
  const list = wishes(profile);
  const shares = share(list, profile.host.storage.reserve, Math.floor(totalMiB * 0.97), 1);
  fits(disk, Math.floor(totalMiB * 0.97), shares, 'disk');
  const sizeOf = (use: string): number => shares.sizes[list.findIndex((wish) => wish.domain === 'dom0' && wish.use === use)] ?? 0;
  const swapMiB = sizeOf('swap');
  const partitions = planPartitions(facts.seed, 0, bootMiB, [{ label: 'xw-root', typeCode: '8300', sizeMiB: sizeOf('root') }, ...(swapMiB > 0 ? [{ label: 'xw-swap', typeCode: '8200', sizeMiB: swapMiB }] : []), { label: 'xw-data', typeCode: '8300', sizeMiB: null }]);
  const device = (label: string): string => partitionDevice(partitions.rest.find((part) => part.label === label) as PartitionPlan['esp']);
  const dataMiB = totalMiB - sizeOf('root') - swapMiB;
  const volumes = list.filter((wish) => wish.domain !== 'dom0' || wish.use !== 'cache').map((wish) => {
    const index = list.indexOf(wish);
    const at = wish.domain !== 'dom0' ? `${PLAIN_FOLDER}/${wish.name}.img` : device(`xw-${wish.use}`);
    return volume(facts.seed, wish, at, shares.sizes[index] ?? 0);
  });
  const data: ResolvedVolume = { domain: 'dom0', use: 'cache', name: 'data', device: device('xw-data'), uuid: deriveUuid(facts.seed, 'dom0', 'data'), label: 'dom0-data', filesystem: 'ext4', mount: '/var/lib/xenwright', sizeMiB: dataMiB, guestDevice: null };
  return { disk, diskPath: disk.byId ?? disk.path, partitions, volumes: [...fixedVolumes(facts.seed, partitions, bootMiB), data, ...volumes], volumeGroup: null, reserveMiB: shares.reserveMiB };
}

function fixedVolumes(seed: string, partitions: PartitionPlan, bootMiB: number): ResolvedVolume[] {
  return [
    { domain: 'dom0', use: 'boot', name: 'esp', device: partitionDevice(partitions.esp), uuid: deriveFatId(seed, 'dom0', 'esp'), label: 'xw-esp', filesystem: 'vfat', mount: '/boot/efi', sizeMiB: ESP_MIB, guestDevice: null },
    { domain: 'dom0', use: 'boot', name: 'boot', device: partitionDevice(partitions.boot), uuid: deriveUuid(seed, 'dom0', 'boot'), label: 'xw-boot', filesystem: 'ext4', mount: '/boot', sizeMiB: bootMiB, guestDevice: null },
  ];
}

function volume(seed: string, wish: Wish, device: string, sizeMiB: number): ResolvedVolume {
  const { domain, use, name, filesystem, mount, guestDevice, label } = wish;
  return { domain, use, name, device, uuid: deriveUuid(seed, domain, use, name), label, filesystem, mount, sizeMiB, guestDevice };
}

function fits(disk: DiskFacts, totalMiB: number, shares: { neededMiB: number }, what: string): void {
  if (shares.neededMiB <= totalMiB) return;
  const missing = shares.neededMiB - totalMiB;
  throw new XenwrightError({ code: 'disk-too-small', exit: EXIT.refused, message: `the volumes and the reserve take ${shares.neededMiB} MiB; the ${what} on ${disk.path} (${disk.sizeMiB} MiB) holds ${totalMiB} MiB`, hint: `${missing} MiB are missing: make volumes or the reserve smaller, or take a larger disk` });
}
