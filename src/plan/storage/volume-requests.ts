/** What wants space on the disk beside the fixed partitions, Dom0 first, and how sizes become MiB. Pure. */
import type { EffectiveProfile, Size } from '../../profile/effective.ts';
import type { Volume } from './graph.ts';

export interface VolumeRequest extends Omit<Volume, 'filesystem' | 'handed'> {
  readonly size: Size;
  /** Its type; null: the guest finds a bare device. */
  readonly filesystem: string | null;
  readonly label: string;
  /** Of the filesystem, where it is not derived from its name. */
  readonly uuid?: string;
}

/** What a `rest` volume must at least get. */
const REST_MINIMUM_MIB = 512;
/** An HVM guest's boot volume: GRUB in front of a root volume that stays a bare filesystem. */
const HVM_BOOT: Size = { kind: 'fixed', miB: 8 };
/** Where the installed host sees its medium. */
export const MEDIUM_FOLDER = '/var/lib/xenwright/medium';
/** ext4 and swap labels end here. */
const LABEL_LENGTH = 15;

/** `mediumBytes`: of the medium that is kept on the disk. */
export function volumeRequests(profile: EffectiveProfile, mediumBytes: number | null = null): VolumeRequest[] {
  const { storage } = profile.host;
  const own = { domain: 'dom0', guestDevice: null } as const;
  const list: VolumeRequest[] = [
    { ...own, use: 'root', name: 'root', size: storage.root, filesystem: 'ext4', mount: '/', label: 'dom0-root' },
    { ...own, use: 'swap', name: 'swap', size: storage.swap, filesystem: 'swap', mount: null, label: 'dom0-swap' },
    {
      ...own,
      use: 'cache',
      name: 'cache',
      size: storage.cache,
      filesystem: 'ext4',
      mount: '/var/lib/xenwright',
      label: 'dom0-cache',
    },
  ];
  if (mediumBytes !== null)
    list.push({
      ...own,
      use: 'medium',
      name: 'medium',
      size: { kind: 'fixed', miB: Math.ceil(mediumBytes / 1_048_576) },
      filesystem: 'iso9660',
      mount: MEDIUM_FOLDER,
      label: 'medium',
    });
  for (const domu of profile.domus) {
    const { root, swap, data } = domu.disks;
    const disks = [
      ...(domu.type === 'hvm'
        ? [{ use: 'boot', name: 'boot', size: HVM_BOOT, filesystem: null, mount: null } as const]
        : []),
      { use: 'root', name: 'root', size: root.size, filesystem: root.filesystem, mount: '/' },
      { use: 'swap', name: 'swap', size: swap, filesystem: 'swap', mount: null },
      ...data.map(
        (disk) =>
          ({ use: 'data', name: disk.name, size: disk.size, filesystem: disk.filesystem, mount: disk.mount }) as const,
      ),
    ] as const;
    disks
      .filter((disk) => !isNothing(disk.size))
      .forEach((disk, index) => {
        list.push({
          ...disk,
          domain: domu.name,
          name: `${domu.name}-${disk.name}`,
          guestDevice: `xvd${diskLetters(index)}`,
          label: volumeLabel(domu.name, disk.name),
        });
      });
  }
  return list.filter((request) => !isNothing(request.size));
}

/** Is it left out on purpose, e.g. `swap: 0`? */
function isNothing(size: Size): boolean {
  return (size.kind === 'fixed' && size.miB === 0) || (size.kind === 'percent' && size.percent === 0);
}

/** a … z, aa, ab …: how disks are counted. */
function diskLetters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : diskLetters(Math.floor(index / 26) - 1) + last;
}

/** The end of a label tells a DomU's volumes apart, so it is the DomU's name that is shortened. */
function volumeLabel(domu: string, volume: string): string {
  const room = Math.max(3, LABEL_LENGTH - 1 - volume.length);
  return `${domu.slice(0, room)}-${volume}`.slice(0, LABEL_LENGTH);
}

export interface Shares {
  readonly sizesMiB: readonly number[];
  readonly reserveMiB: number;
  readonly neededMiB: number;
}

/**
 * Sizes for requests within `totalMiB`: fixed ones (rounded up to `stepMiB`), shares of the whole (rounded down, so
 * that 100 % fits), then what is left split between `rest`.
 */
export function share(list: readonly VolumeRequest[], reserve: Size, totalMiB: number, stepMiB: number): Shares {
  const of = (size: Size): number => {
    if (size.kind === 'rest' || isNothing(size)) return 0;
    if (size.kind === 'fixed') return Math.ceil(size.miB / stepMiB) * stepMiB;
    return Math.max(stepMiB, Math.floor((totalMiB * size.percent) / 100 / stepMiB) * stepMiB);
  };
  const sizes = list.map((request) => of(request.size));
  const reserveMiB = of(reserve);
  const takenMiB = sizes.reduce((sum, size) => sum + size, reserveMiB);
  const rests = list.filter((request) => request.size.kind === 'rest').length;
  const eachMiB = rests === 0 ? 0 : Math.max(0, Math.floor((totalMiB - takenMiB) / rests / stepMiB) * stepMiB);
  return {
    sizesMiB: list.map((request, index) => (request.size.kind === 'rest' ? eachMiB : (sizes[index] ?? 0))),
    reserveMiB,
    neededMiB: takenMiB + rests * REST_MINIMUM_MIB,
  };
}
