/**
 * The host, resolved: profile and facts joined, every 'auto' decided, every identity derived. What the tree renderers
 * read.
 */
import type { BridgeSettings, DomuSettings, EffectiveProfile } from '../profile/effective.ts';
import type { Facts } from '../facts/facts.ts';
import type { TreeFile, TreeLink } from './action.ts';
import type { StorageGraph, Volume } from './storage/graph.ts';

interface ResolvedUplink {
  readonly mac: string;
  /** The name the NIC is pinned to (its name in the facts). */
  readonly name: string;
  /** By what udev knows it, as in [Match] of a .link file; null: its name is not pinned. */
  readonly match: Readonly<Record<string, string>> | null;
}
export interface ResolvedBridge {
  readonly settings: BridgeSettings;
  /** The uplink's MAC, or a derived one for a bridge without. */
  readonly mac: string;
  readonly uplinks: readonly ResolvedUplink[];
}

/** A volume of the storage graph, as what is written into trees needs it. */
export interface ResolvedVolume extends Pick<Volume, 'domain' | 'use' | 'name' | 'mount' | 'guestDevice'> {
  /** Ids of the device, and of what is made on it; null: nothing is. */
  readonly deviceId: string;
  readonly filesystemId: string | null;
  /** Where Dom0 and the installer find what is mounted, or what the guest is handed where that is nothing. */
  readonly device: string;
  /** What xl.cfg names; null for Dom0's own. */
  readonly handed: string | null;
  readonly uuid: string;
  readonly label: string;
  /** As mount(8) calls it. */
  readonly filesystem: string | null;
  readonly sizeMiB: number;
  /** It is mounted through a loop device: the sectors of its own are too large for its filesystem. */
  readonly needsLoop?: true;
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
  readonly storage: StorageGraph;
  /** Dom0's own volumes and partitions: root, swap, cache, boot, and the ESP as use `boot` with filesystem vfat. */
  readonly volumes: readonly ResolvedVolume[];
  readonly domus: readonly ResolvedDomu[];
  /**
   * Where packages of the host and of each DomU come from, resolved ('auto' decided), as the domain's package manager
   * reads it; empty: leave what is there.
   */
  readonly packageSources: Readonly<Record<string, string>>;
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
