/**
 * The host, resolved: profile and facts joined, every 'auto' decided, every identity derived. What the tree renderers
 * read.
 */
import type { BridgeSettings, DomuSettings, EffectiveProfile } from '../profile/effective.ts';
import type { Facts } from '../facts/facts.ts';
import type { TreeFile, TreeLink } from './action.ts';

interface ResolvedUplink {
  readonly mac: string;
  /** The name the NIC is pinned to (its name in the facts). */
  readonly name: string;
}
export interface ResolvedBridge {
  readonly settings: BridgeSettings;
  /** The uplink's MAC, or a derived one for a bridge without. */
  readonly mac: string;
  readonly uplinks: readonly ResolvedUplink[];
}

export interface ResolvedVolume {
  readonly domain: string;
  readonly use: 'root' | 'swap' | 'data' | 'cache' | 'boot' | 'medium';
  readonly name: string;
  /** In Dom0: /dev/<vg>/<lv>, or the raw file's path for layout `plain`, or /dev/disk/by-partuuid/… for partitions. */
  readonly device: string;
  readonly uuid: string;
  readonly label: string;
  readonly filesystem: string | null;
  readonly mount: string | null;
  readonly sizeMiB: number;
  /** In the guest: xvda, xvdb … ; null for Dom0's own. */
  readonly guestDevice: string | null;
}
export interface ResolvedDomu {
  readonly settings: DomuSettings;
  readonly type: 'pvh' | 'pv' | 'hvm';
  readonly boot: 'grub' | 'pygrub' | 'direct';
  readonly uuid: string;
  /** One per interface. */
  readonly macs: readonly string[];
  readonly volumes: readonly ResolvedVolume[];
}
/** Where a console goes. `serial` counts from 0 (com1 = 0, which is ttyS0). */
export interface ResolvedConsole {
  readonly vga: boolean;
  readonly serial: number | null;
  readonly baud: number;
}
export interface HostModel {
  readonly profile: EffectiveProfile;
  readonly facts: Facts;
  readonly dom0MemoryMiB: number;
  readonly dom0Vcpus: number;
  readonly console: ResolvedConsole;
  readonly bios: boolean;
  readonly uefi: boolean;
  readonly bridges: readonly ResolvedBridge[];
  /** Dom0's own volumes and partitions: root, swap, cache, boot, and the ESP as use `boot` with filesystem vfat. */
  readonly volumes: readonly ResolvedVolume[];
  readonly domus: readonly ResolvedDomu[];
  /**
   * Apt sources for the host and for each DomU, resolved ('auto' decided): deb822 text for
   * /etc/apt/sources.list.d/xenwright.sources.
   */
  readonly aptSources: Readonly<Record<string, string>>;
}
/** What a renderer wants in a tree. */
export interface TreeContent {
  readonly files: readonly TreeFile[];
  readonly links: readonly TreeLink[];
  readonly directories: readonly { readonly path: string; readonly mode: string; readonly owner: string }[];
  readonly remove: readonly string[];
  readonly enableUnits: readonly string[];
  readonly disableUnits: readonly string[];
  readonly maskUnits: readonly string[];
}
