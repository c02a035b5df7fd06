/**
 * Actions: the steps of a plan, as data. Each kind has one entry in `ActionParams`; `src/actions/<kind>.ts` carries it
 * out. Nothing secret may stand in here: secrets are named by `SecretRef` and resolved by the engine's secrets port at
 * run time.
 */
import type { Said } from '../i18n/said.ts';
import type { DistributionName } from './distributions/name.ts';
import type { DeviceNode, Under } from './storage/graph.ts';

/**
 * Names a secret in the effective profile, e.g. `host.admin.passwordHash`, `domus.web1.files:/etc/key`, or `profile`
 * (its text as the host keeps it).
 */
export interface SecretRef {
  readonly secret: string;
}

/** A text that has secrets in it: where they stand it has `$SECRET_NAME`. */
export interface SecretText {
  readonly text: string;
  /** Each of them once. */
  readonly secrets: readonly SecretRef[];
}

/** What a base is made of. Two equal specs give the same input hash and so the same image. */
export interface BaseSpec {
  readonly role: 'common' | 'dom0' | 'domu' | 'appliance' | 'live';
  readonly distribution: DistributionName;
  readonly release: string;
  readonly architecture: 'amd64';
  /** Sorted, without duplicates. */
  readonly packages: readonly string[];
  /** Sources inside the finished tree are written by `tree.files`; these are for building. */
  readonly sources: readonly BaseSource[];
  readonly proxy: string | null;
  /** Input hash of the base this one continues from; null for `common`. */
  readonly parent: string | null;
  /** mke2fs -O features, chosen for the guest's release. Empty for `common` (kept as a tree, no image). */
  readonly features: readonly string[];
  /** Kernel modules that must be in the initrd; `most`: a general one (Dom0), `list`: only these (DomU). */
  readonly initrd: { readonly modules: 'most' | 'list'; readonly list: readonly string[] } | null;
}
/** `keyring`: paths of key files joined by commas, as the builder takes them; null: the distribution's own. */
export interface BaseSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly keyring: string | null;
  /** Our own medium's pool: its manifest vouches for it. */
  readonly trusted?: true;
}

/**
 * Where a base finds the medium it is built from: what is mounted (a file, a device, a folder) and where its sources
 * look for it.
 */
export interface MediumMount {
  readonly from: string;
  readonly at: string;
  readonly id: string;
}

/** A partition as sgdisk is told of it. The last one may fill the disk with sizeMiB null. */
export interface PartitionSpec {
  readonly number: number;
  readonly label: string;
  readonly typeCode: string;
  readonly startMiB: number;
  readonly sizeMiB: number | null;
  readonly uuid: string;
}

/** A filesystem that must be mounted while an action runs, in order; paths are relative to the tree's root ('/'). */
export interface MountSpec {
  readonly device: string;
  readonly at: string;
  readonly type: string;
  readonly options?: string;
  /** The device is a domain's own copy of a base, in the store of bases, by its name there. */
  readonly isCopy?: true;
  /** Layout `plain`: the device is a file on this filesystem, which is mounted first and elsewhere. */
  readonly backing?: { readonly device: string; readonly at: string };
}
/** A domain's tree: what to mount to see it whole. `id` is the domain. */
export interface TreeSpec {
  readonly domain: string;
  readonly mounts: readonly MountSpec[];
}

export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly content: string | SecretRef | SecretText;
}
export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

interface ActionParams {
  /** Build a base with mmdebstrap into the base store (runs beside the target, at native speed). */
  'base.build': {
    readonly base: BaseSpec;
    readonly hash: string;
    readonly medium?: MediumMount;
    /** Who apt is where an address asks for it: not part of what a base is. */
    readonly login?: SecretRef;
    /** The boot medium has it: it is taken from there, not built. */
    readonly bundled?: true;
  };
  /** Copy a medium onto its own volume, exactly its own bytes, with its sums. */
  'medium.copy': {
    readonly source: string | SecretText;
    readonly device: string;
    readonly sizeBytes: number;
    readonly id: string;
    readonly label: string;
    /** Of its image, where the profile gave its sum. */
    readonly sha256?: string;
    /** What will be installed from this copy, by release; empty when nothing is. */
    readonly wanted: readonly {
      readonly sources: readonly BaseSource[];
      readonly packages: readonly string[];
      readonly login?: SecretRef;
    }[];
  };
  /** Start the small virtual machine that an image is installed in. It is not the image's: each run starts its own. */
  'appliance.start': Readonly<Record<string, never>>;
  /** Take a disk out of the hands of old md, LVM, ZFS, LUKS and wipe their signatures. */
  'disk.release': { readonly disk: string };
  /** Make a device; its type has the steps. `tree`: the one it lies in, for a file. */
  'storage.make': { readonly node: DeviceNode; readonly under: readonly Under[]; readonly tree: TreeSpec | null };
  /** Open a device that is kept, which must be what the plan has. */
  'storage.open': { readonly node: DeviceNode; readonly under: readonly Under[]; readonly tree: TreeSpec | null };
  /** Make a whole block device read as zeros, whatever is on it: by the disk itself at once, or by writing them. */
  'volume.wipe': { readonly device: string; readonly by: 'device' | 'zeros' };
  /**
   * A domain's own copy of a base, beside the bases: what does not need the target's disks is done in it at native
   * speed, before it is written there.
   */
  'root.copy': {
    readonly from: string;
    readonly copy: string;
    /** Room for what is installed in it: bases have little to spare. */
    readonly growMiB?: number;
  };
  /** Nobody uses a copy any more, and what is used of it is known: it can be written. */
  'root.close': { readonly tree: TreeSpec; readonly copy: string };
  /** The package of Xenwright itself, beside the bases: the medium's, or made of the program that runs. */
  'tools.package': Readonly<Record<string, never>>;
  /** That package into a tree. `at`: where it lies in there meanwhile; `install`: the command that takes it from there. */
  'tools.install': { readonly tree: TreeSpec; readonly at: string; readonly install: readonly string[] };
  /** The copies have been written, and hold what is secret: they go. */
  'root.drop': { readonly copies: readonly string[] };
  /**
   * Write a base's used blocks to a device (or to a file in a tree), give it its own UUID and label, grow it to the
   * device.
   */
  'base.write': {
    readonly hash: string;
    /** `hash` is the name of a copy, which is read once. */
    readonly isCopy?: true;
    readonly device: string;
    readonly in: TreeSpec | null;
    readonly uuid: string;
    readonly label: string;
  };
  /**
   * Write files, links and directories into a tree; chosen contents only, no secret in clear. Directories are made as
   * needed.
   */
  'tree.files': {
    readonly tree: TreeSpec;
    readonly files: readonly TreeFile[];
    readonly links: readonly TreeLink[];
    readonly directories: readonly { readonly path: string; readonly mode: string; readonly owner: string }[];
    readonly remove: readonly string[];
  };
  /** What must be unique and is made here and now: machine-id, SSH host keys, random seed; and users with their secrets. */
  'tree.identity': {
    readonly tree: TreeSpec;
    readonly user: string | null;
    readonly password: SecretRef | null;
    readonly sshKeys: readonly string[];
    readonly locale: string;
    readonly timezone: string;
    readonly enableUnits: readonly string[];
    readonly disableUnits: readonly string[];
    readonly maskUnits: readonly string[];
  };
  /** Copy what the base has under /boot to the boot partition mounted over it. */
  'tree.boot-files': { readonly tree: TreeSpec; readonly bootDevice: string };
  /** Commands in the tree (chroot) or, with tree null, in the installer. */
  'tree.commands': {
    readonly tree: TreeSpec | null;
    readonly commands: readonly {
      readonly run: string | SecretText;
      readonly timeoutMs: number;
      readonly onError: 'fail' | 'continue';
    }[];
  };
  /** GRUB's files, its core images and its menu, by the names that the devices will have on the host. */
  'boot.prepare': {
    readonly tree: TreeSpec;
    readonly bios: boolean;
    readonly uefi: boolean;
    /** `device`: as the kernel is told of it; `abstraction`: what GRUB calls what it lies on, '' for a partition. */
    readonly root: { readonly device: string; readonly uuid: string; readonly abstraction: string };
    /** A partition; `number`: of it in its table. */
    readonly boot: { readonly device: string; readonly uuid: string; readonly number: number };
  };
  /** Both GRUBs (or one) onto each disk, then grub.cfg by update-grub, in the Dom0 tree. */
  'boot.install': {
    readonly tree: TreeSpec;
    /** The first ESP is mounted in the tree. */
    readonly bootSets: readonly { readonly disk: string; readonly esp: string | null }[];
    readonly bios: boolean;
    readonly uefi: boolean;
    readonly nvram: boolean;
    /** Files, core images and menu are there, by `boot.prepare`. */
    readonly isPrepared?: true;
  };
  /** Read grub.cfg back: Xen first, dom0_mem there, fallback there, files exist. */
  'boot.verify': {
    readonly tree: TreeSpec;
    readonly hypervisor: 'xen' | 'none';
    readonly memoryMiB: number | null;
    readonly bios: boolean;
    readonly uefi: boolean;
  };
  /** Lift a kernel and an initrd out of a DomU's tree into Dom0's, for `boot: direct`. */
  'domu.kernel': { readonly from: TreeSpec; readonly to: TreeSpec; readonly directory: string };
  /** An HVM DomU's own boot volume: BIOS GRUB that loads the root volume's grub.cfg. */
  'domu.boot-volume': { readonly dom0: TreeSpec; readonly device: string; readonly rootUuid: string };
  /**
   * Last: flush everything and leave the marker of a finished install. Refuses to when a domain failed unless told
   * which.
   */
  'host.finish': {
    readonly tree: TreeSpec;
    readonly host: string;
    readonly profile: SecretRef;
    /** What the kept profile refers to. */
    readonly secrets?: readonly { readonly path: string; readonly content: SecretRef }[];
  };
}
export type ActionKind = keyof ActionParams;

export interface ActionOf<K extends ActionKind> {
  /** Stable and readable: `dom0/root/write`, `web1/root/volume`, `base/domu-trixie-1a2b3c4d`. */
  readonly id: string;
  readonly kind: K;
  /** `host`, `dom0` or a DomU's name. */
  readonly domain: string;
  /** In English; `said` is the same by id (of `actions` in the locales) and values. */
  readonly title: string;
  readonly said?: Said;
  /** Ids of actions that must be done first. */
  readonly needs: readonly string[];
  /**
   * Where it runs: `builder` is beside the target (the machine that runs the engine), `target` has the disks. The same
   * machine for real disks.
   */
  readonly place: 'builder' | 'target';
  /** Expected seconds on an ordinary machine: for bars and time left, nothing else. */
  readonly weight: number;
  /** Budget units it takes while running. `disk` is per target disk, `cpu` per core, `network` downloads. */
  readonly uses: { readonly cpu?: number; readonly disk?: number; readonly network?: number };
  /** It leaves nothing on the target: a run that is gone on with does it again. */
  readonly everyRun?: true;
  /** Watchdog, scaled by the engine on slow machines. */
  readonly timeoutMs: number;
  readonly params: ActionParams[K];
}
export type Action = { [K in ActionKind]: ActionOf<K> }[ActionKind];
