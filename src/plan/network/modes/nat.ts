/** `nat`: guests are in a network of their own, and are seen outside by the host's address. */
import { behindHost } from './behind-host.ts';
import type { NetworkMode } from './mode.ts';

/** What leaves their bridge has the host's address. */
export const nat: NetworkMode = {
  ...behindHost,
  answersForGuests: false,
  leaving: (name) => [`iifname "${name}" oifname != "${name}" masquerade`],
};
