/** What a type of storage device provides: one file for each type beside this one, and one row in `./rows.ts`. Pure. */
import type { Phrase } from '../../../i18n/phrase.ts';
import type { SecretRef, TreeFile } from '../../action.ts';
import type { ActionTitle } from '../../sections/sections.ts';
import type { DeviceNode, Opener, Under, Volume } from '../graph.ts';
import type { DeviceFault } from './device-fault.ts';

/** A command that an action runs, as data. Words that begin with `$TREE/` lie in the tree that the action is given. */
export interface Step {
  readonly argv: readonly string[];
  /** Exit codes that are no failures; without: 0. */
  readonly okCodes?: readonly number[];
  /** Goes to standard input. */
  readonly input?: SecretRef;
  /** Is run where the command did not end with 0, whatever comes of it. */
  readonly otherwise?: readonly string[];
  /** Paths that appear some time after it, and what it means when one does not. */
  readonly waitFor?: readonly { readonly path: string; readonly missing: DeviceFault }[];
  /** What the log need not have. */
  readonly quiet?: true;
}

/** What a step of `inspect` has said. */
export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
}

/** What the host that is installed has to do with its devices. */
export interface HostUse {
  readonly hypervisor: 'xen' | 'none';
}

/** What the host needs so that a device is there when it runs. */
export interface Adds {
  /** Packages of Dom0; the families that are known have the same names for them. */
  readonly packages?: readonly string[];
  readonly files?: readonly TreeFile[];
  /** The initrd's part of it: what the kernel is told, for devices that the initrd opens. */
  readonly kernelArguments?: readonly string[];
  /** What GRUB calls that which lies below it, where that is no partition. */
  readonly grubAbstraction?: string;
}

/** What is asked of a pool. */
interface VolumeWanted {
  readonly domain: string;
  readonly name: string;
  readonly opener: Opener;
  /** pygrub reads it, too. */
  readonly pygrub?: true;
}

/** Volumes are taken from it. */
interface PoolType<N extends DeviceNode> {
  readonly stepMiB: number;
  allocate(pool: N, wanted: VolumeWanted, sizeMiB: number): DeviceNode;
  /** Over what is in it, in pictures; and within a sentence. */
  title(pool: N): Phrase;
  place(pool: N): Phrase;
  /** On the running host: what is free in it, and which names of volumes are taken. */
  readonly now: {
    free(pool: N): readonly string[];
    freeMiB(answer: string): number | null;
    names(pool: N): readonly string[];
    taken(answer: string): readonly string[];
  };
}

/** How one is made. */
export interface Making<N extends DeviceNode> {
  /** Expected seconds, and the limit. */
  readonly weight: number;
  readonly timeoutMs: number;
  title(node: N, under: readonly Under[]): ActionTitle;
  steps(node: N, under: readonly Under[]): readonly Step[];
}

/** How one is made larger. `node`: as large as it becomes. */
interface Growing<N extends DeviceNode> {
  /** `zeros`: what is added reads as zeros before anybody sees it. It may have been done already. */
  steps(node: N, under: readonly Under[], zeros: boolean): readonly Step[];
  /** What a person would type. */
  shown(node: N, under: readonly Under[]): readonly (readonly string[])[];
}

/** `under`: what the node stands on, in its order. */
export interface DeviceType<N extends DeviceNode = DeviceNode> {
  readonly type: N['type'];
  /** What technology it is, for pictures; without: the name of its type. */
  readonly word?: string;
  /** When it is looked at: before it is made (it may be ours already), after (to be sure), or only where it is kept. */
  readonly inspected: 'before' | 'after' | 'kept';
  /** A new one reads as zeros, whatever those blocks held before. */
  readonly startsEmpty?: true;
  /** It lies in the tree of its domain's host, which must be there first. */
  readonly isInTree?: true;
  readonly pool?: PoolType<N>;
  /** What it holds, of what lies below. */
  holdsMiB(belowMiB: readonly number[]): number;
  /** What is needed below, to hold so much. */
  needsMiB(contentMiB: number): number;
  path(node: N, under: readonly Under[]): string;
  inspect(node: N, under: readonly Under[]): readonly Step[];
  state(node: N, under: readonly Under[], answers: readonly Answer[]): 'absent' | 'ours' | DeviceFault;
  /** Null: what lies below makes it, or it is there. */
  readonly making: Making<N> | null;
  open(node: N, under: readonly Under[]): readonly Step[];
  /** It is made larger with what is in it, also while a guest uses it; absent: it cannot. */
  readonly growing?: Growing<N>;
  /** It is taken away, with what is in it; absent: nothing of the kind is ever removed. */
  remove?(node: N, under: readonly Under[]): readonly Step[];
  /** What is made of it, and would go with it: how the host is asked, and the names in its answer. */
  readonly snapshots?: {
    ask(node: N, under: readonly Under[]): readonly string[];
    names(answer: string, node: N): readonly string[];
  };
  adds?(node: N, under: readonly Under[], host: HostUse): Adds;
  /** How facts name those who use a disk through it: each begins with this. */
  usersBegin?(node: N): string;
}

/** What is known of a filesystem when its place is given. */
interface FilesystemWanted {
  readonly use: Volume['use'];
  /** Of the system that mounts it. */
  readonly release: string;
  /** The blocks below are zeros, and shall stay zeros. */
  readonly keepsZeros: boolean;
}

/** A filesystem, or swap. */
export interface FilesystemType<N extends DeviceNode = DeviceNode> extends DeviceType<N> {
  /** What it is called by mount(8) and in /etc/fstab. */
  readonly mountType: string;
  /** What a node of it has of its own. */
  fields?(wanted: FilesystemWanted): Omit<Partial<N>, keyof DeviceNode>;
}
