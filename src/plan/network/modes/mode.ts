/** What a mode of a bridge is: one file each in this folder, joined in `modes.ts`. */
import type { HostModel, ResolvedBridge } from '../../model.ts';
import type { Addressing, Entries } from '../addressing.ts';

/** What one device of the host has in its .network file, but for how large its packets are. */
export interface DeviceSide {
  readonly addressing: Omit<Addressing, 'mtu' | 'metrics'>;
  /** Whether the host is online by this device, where its bridge is the first one. */
  readonly isWaitedFor: boolean;
  /** More entries of [Network]. */
  readonly network: Entries;
  /** Sections after all others. */
  readonly more: string;
}

/** Where the guests of a bridge are, and what Dom0 is to them. */
export interface NetworkMode {
  /**
   * Guests are in a network of their own (`guests` of the profile), Dom0 is their gateway, and the host's addresses are
   * on the uplink. Otherwise the bridge is on the uplink, guests are in the network outside, and the host's addresses
   * are on the bridge.
   */
  readonly hasOwnNetwork: boolean;
  /** Dom0 passes on what comes from guests, and for them. */
  readonly isForwarding: boolean;
  /** The network outside asks on the uplink for addresses of guests, and Dom0 answers: they may be single ones. */
  readonly answersForGuests: boolean;
  /** The bridge itself. */
  bridge(model: HostModel, bridge: ResolvedBridge): DeviceSide;
  /** The device that leads outside: a port of the bridge, or what bears the host's addresses. */
  uplink(model: HostModel, bridge: ResolvedBridge): DeviceSide;
  /** Rules of the packet filter for what leaves the host. */
  leaving(name: string): readonly string[];
}
