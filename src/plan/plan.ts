/** The plan: profile × facts, resolved. Pure data; the same inputs give the same plan and the same hash. */
import type { Action } from './action.ts';
import type { StorageGraph } from './storage/graph.ts';

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

export interface Plan extends StorageGraph {
  readonly version: 1;
  /** sha256 over the canonical JSON of everything else. */
  readonly hash: string;
  readonly hostname: string;
  readonly distribution: string;
  readonly release: string;
  readonly hypervisor: 'xen' | 'none';
  readonly target: 'machine' | 'image';
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
