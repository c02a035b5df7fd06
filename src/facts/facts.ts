/** Facts: what was probed of a machine, as plain data. Sizes in MiB; every list in a stable order. */
import type { BaseSpec } from '../plan/action.ts';

export interface DiskFacts {
  /** Kernel path, e.g. /dev/sda. Not stable over reboots: plans use `byId`. */
  readonly path: string;
  /** The most telling /dev/disk/by-id path, or null where udev knows none (then by-path, else null). */
  readonly byId: string | null;
  readonly serial: string | null;
  readonly wwn: string | null;
  readonly model: string | null;
  /**
   * Tells it from every other disk, wherever it is plugged in: its WWN, else its serial number; null where it has
   * neither. Ids on the disk are derived from it. Absent in images, and in facts of older versions: such plans keep the
   * ids they had.
   */
  readonly identity?: string | null;
  readonly vendor: string | null;
  readonly sizeMiB: number;
  readonly logicalSectorBytes: number;
  readonly physicalSectorBytes: number;
  /** nvme, sata, ata, sas, scsi, virtio, xen, usb, mmc, fc, fcoe, iscsi, network, raid (hardware controller) or unknown. */
  readonly transport: string;
  /** On iSCSI: an adapter has the session, no program of the running system. Absent: not so. */
  readonly attachesItself?: true;
  readonly removable: boolean;
  readonly rotational: boolean;
  readonly readOnly: boolean;
  /** It is known to zero its blocks itself, at once. Absent: every zero has to be written. */
  readonly zeroesItself?: true;
  /**
   * Who uses it now: mount points (of other namespaces, too), swap, md, LVM or ZFS names, guests of Xen, loops,
   * targets, processes. Empty: nobody.
   */
  readonly usedBy: readonly string[];
  /**
   * What is on it, short words for people: `gpt`, `ext4 "data"`, `LVM2_member vg0`, `linux_raid_member`, `zfs_member`,
   * `crypto_LUKS`, … Empty: blank.
   */
  readonly holds: readonly DiskContent[];
  /** Ids of its table, its partitions and filesystems, and those on top of them. Absent in images and older facts. */
  readonly uuids?: readonly FoundUuid[];
  readonly bootMedium: boolean;
  /** Set on a disk that carries a finished install of Xenwright. */
  readonly installMarker: InstallMarker | null;
  /** Set where a run of Xenwright was begun and has not come to its end. */
  readonly begun?: BegunRun;
}
/** GUID of a partition or a table, or UUID of a filesystem, in lower case, and the device that has it. */
export interface FoundUuid {
  readonly path: string;
  readonly uuid: string;
}
/**
 * Older hosts have no more than id and plan; `tokens` are those of `install.reinstall` that this host was installed by,
 * `finished` is a time.
 */
export interface InstallMarker {
  readonly id: string;
  readonly planHash: string;
  readonly finished?: string;
  readonly hostname?: string;
  readonly tokens?: readonly string[];
}
/**
 * `device`: its boot partition, with the state of the run on it; `planHash` is null where the run got no further than
 * the partitions.
 */
export interface BegunRun {
  readonly device: string;
  readonly planHash: string | null;
}
export interface DiskContent {
  readonly path: string;
  readonly type: string;
  readonly label: string | null;
  readonly group: string | null;
}

export interface NicFacts {
  readonly name: string;
  readonly mac: string;
  /** 0000:02:00.0 or null */
  readonly pci: string | null;
  readonly driver: string | null;
  readonly carrier: boolean;
  readonly speedMbit: number | null;
}

/** The medium that a profile names as its source of packages, looked into. */
export interface SourceMedium {
  /** As the profile names it, without its sum. */
  readonly source: string;
  /** What is opened: a file or a device of the machine that asks, or an address. */
  readonly path: string;
  /** Tells its content from that of others: of its volume descriptor and its archives' Release files. */
  readonly id: string;
  readonly label: string;
  readonly sizeBytes: number;
  /** Of its image, where the profile gives a sum: it was read whole, and is right. */
  readonly sha256?: string;
  /** It is the medium that this machine was started from: it has the very same manifest. */
  readonly booted?: true;
  readonly archives: readonly MediumArchive[];
}
/**
 * `signed`: by whom only apt knows. `named`: the profile gave the sum of the whole medium. `manifest`: the manifest of
 * the medium that this machine was started from has the sum of these very lists, and they have every package's. `self`:
 * only the medium's own manifest has it, which anybody can write: that counts for nothing. `none`: nobody vouches for
 * it.
 */
export interface MediumArchive {
  readonly suite: string;
  readonly components: readonly string[];
  readonly trust: 'signed' | 'manifest' | 'named' | 'self' | 'none';
}

export interface MediumFacts {
  readonly path: string;
  readonly label: string | null;
  readonly kind: 'optical' | 'iso' | 'usb';
}

/** Where a machine speaks. */
export interface ConsoleFacts {
  /** Has it a screen: something that can show a picture? */
  readonly screen: boolean;
  /** Serial lines that count, the most telling first. */
  readonly serial: readonly SerialConsole[];
}
/**
 * `ioPort`: null where its registers are in memory. `by`: why it counts: a person uses it, the running kernel speaks on
 * it, or the firmware names it as its own.
 */
export interface SerialConsole {
  /** ttyS0 */
  readonly name: string;
  readonly ioPort: number | null;
  readonly baud: number;
  readonly by: 'use' | 'kernel' | 'firmware';
}

/** A volume of a DomU that was removed. */
export interface KeptVolume {
  readonly device: string;
  readonly uuid: string;
  readonly sizeMiB: number;
}

export interface Facts {
  readonly version: 1;
  /** `image`: a stated virtual machine that an image is made for (design: "Image machine"). */
  readonly kind: 'machine' | 'image';
  readonly product: {
    readonly vendor: string | null;
    readonly name: string | null;
    readonly serial: string | null;
    readonly uuid: string | null;
  };
  /**
   * Images: where the program runs, it can mount a filesystem that lies in a file. Absent: it cannot, and all that
   * needs one mounted is done in the appliance.
   */
  readonly mountsImages?: true;
  /** Hex; what derived MACs and UUIDs start from (firmware identity and NIC MACs, or the seed beside an image). */
  readonly seed: string;
  readonly firmware: { readonly kind: 'bios' | 'uefi' | 'both'; readonly secureBoot: boolean };
  readonly cpu: {
    readonly model: string;
    readonly vendor: 'intel' | 'amd' | 'other';
    readonly count: number;
    readonly virtualization: 'vmx' | 'svm' | null;
    readonly nestedPaging: boolean;
  };
  readonly memoryMiB: number;
  readonly disks: readonly DiskFacts[];
  /** LVM's groups on devices that are none of the disks (loops, memory, the network). Absent: none. */
  readonly otherGroups?: readonly { readonly path: string; readonly group: string }[];
  /** Ids of partitions and filesystems on such devices. Absent: none. */
  readonly otherUuids?: readonly FoundUuid[];
  readonly nics: readonly NicFacts[];
  readonly kernel: {
    readonly release: string;
    readonly deviceMapper: boolean;
    readonly loopPartitions: boolean;
    readonly filesystems: readonly string[];
  };
  /**
   * What the running system lacks to install onto its own disks: a running udev, which names new partitions; an mke2fs
   * that knows `orphan_file`. Absent: nothing that is known.
   */
  readonly lacks?: readonly ('udev' | 'orphan_file')[];
  readonly media: readonly MediumFacts[];
  /** Only where the profile names one. */
  readonly medium?: SourceMedium;
  /**
   * PCI/USB vendor:device ids of hardware that wants firmware or microcode, e.g. firmware file prefixes the kernel
   * asked for.
   */
  readonly firmwareWanted: readonly string[];
  /** This machine's apt sources, for `mirror: auto`: deb822 text per file, and the uris found. Empty on other systems. */
  readonly aptSources: { readonly mirrors: readonly AptMirror[] };
  /** Finished bases on the medium that this machine has booted from; absent: none. */
  readonly bundledBases?: readonly BundledBase[];
  /** Disks of DomUs that were removed from this host, and that stay for them. Absent: none. */
  readonly keptVolumes?: readonly KeptVolume[];
  /** Absent: nobody has looked; then it counts as one with a screen alone. */
  readonly consoles?: ConsoleFacts;
  /** Bases on that medium that cannot be used: they count as if they were not there. Absent: none. */
  readonly unfitBases?: readonly UnfitBase[];
}
/** A finished base on the medium that this machine was started from. */
export interface BundledBase {
  readonly hash: string;
  readonly base: BaseSpec;
}
/** `version`: made by another version of Xenwright; `damaged`: something of it is missing or is not what it was. */
export interface UnfitBase {
  readonly name: string;
  readonly why: 'version' | 'damaged';
}
export interface AptMirror {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}
