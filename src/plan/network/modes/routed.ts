/** `routed`: guests are in a network of their own that others know the way to, by the host. */
import { guestAddresses } from '../network-guest-side.ts';
import { behindHost } from './behind-host.ts';
import type { NetworkMode } from './mode.ts';

/** Guests' addresses are seen outside; where nobody has a route to them, Dom0 answers for them. */
export const routed: NetworkMode = {
  ...behindHost,
  answersForGuests: true,
  uplink: (model, bridge) => ({
    ...behindHost.uplink(model, bridge),
    network: {
      IPv4ProxyARP: true,
      IPv6ProxyNDPAddress: guestAddresses(model, bridge).filter((address) => address.includes(':')),
    },
  }),
  leaving: () => [],
};
