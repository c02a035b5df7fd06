/** The plan: profile × facts, resolved. Pure data; the same inputs give the same plan and the same hash. */
import type { Action } from './action.ts';

export interface PlannedVolume {
  readonly domain: string;
  readonly name: string;
  readonly sizeMiB: number;
  readonly use: 'root' | 'swap' | 'data' | 'cache' | 'boot' | 'medium';
  readonly filesystem: string | null;
  readonly mount: string | null;
}
export interface PlannedDisk {
  readonly path: string;
  readonly sizeMiB: number;
  readonly model: string | null;
  readonly serial: string | null;
  readonly destroys: readonly string[];
  readonly partitions: readonly {
    readonly number: number;
    readonly label: string;
    readonly sizeMiB: number;
    readonly use: string;
  }[];
}
export interface PlannedBridge {
  readonly name: string;
  readonly mode: 'bridged' | 'routed' | 'nat';
  readonly uplinks: readonly string[];
  readonly vlan: number | null;
  readonly mac: string;
  /** The host's own: on the bridge when bridged, on the uplink when routed or nat. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** What the DomUs of a routed or nat bridge have as their gateway. */
  readonly guests: readonly string[];
  readonly ports: readonly { readonly domu: string; readonly mac: string; readonly addresses: readonly string[] }[];
}

export interface Plan {
  readonly version: 1;
  /** sha256 over the canonical JSON of everything else. */
  readonly hash: string;
  readonly hostname: string;
  readonly distribution: string;
  readonly release: string;
  readonly hypervisor: 'xen' | 'none';
  readonly target: 'machine' | 'image';
  readonly disks: readonly PlannedDisk[];
  readonly volumeGroup: string | null;
  readonly volumes: readonly PlannedVolume[];
  readonly reserveMiB: number;
  readonly bridges: readonly PlannedBridge[];
  readonly memory: {
    readonly totalMiB: number;
    readonly xenMiB: number;
    readonly dom0MiB: number;
    readonly domus: readonly { readonly name: string; readonly memoryMiB: number }[];
    readonly freeMiB: number;
  };
  /** In a valid order. */
  readonly actions: readonly Action[];
}
