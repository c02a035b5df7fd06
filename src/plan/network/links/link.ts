/** What a kind of device is that a bridge has on its way outside: one file each in this folder, joined in `links.ts`. */
import type { TreeFile } from '../../action.ts';
import type { HostModel, ResolvedBridge } from '../../model.ts';

/** Where networkd looks for its files. */
export const NETWORKD = '/etc/systemd/network';

/** A device of the host's network. Several bridges may use one, by different VLANs. */
export interface LinkDevice {
  readonly name: string;
  readonly link: NetworkLink;
  /** Bridges that use it, in the profile's order; never empty. */
  readonly users: readonly ResolvedBridge[];
  /** The largest packet of its users; null for the usual one. */
  readonly mtu: number | null;
}

/** A kind of device. */
export interface NetworkLink {
  /** The number in front of its .network file: the first file that matches wins, and what carries others comes first. */
  readonly order: number;
  /** What a bridge has of this kind, on what is `below` it: names of devices; none where the bridge asks for none. */
  devices(bridge: ResolvedBridge, below: readonly string[]): readonly string[];
  /** The entry of [Network] by which what is below is told of a bridge's device; null where it is not. */
  entry(bridge: ResolvedBridge): string | null;
  /** What makes a device: .netdev and .link files. */
  files(device: LinkDevice, model: HostModel): readonly TreeFile[];
}
