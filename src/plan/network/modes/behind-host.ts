/** What modes have in common whose guests are behind the host: Dom0 is between the uplink and their bridge. */
import { guestSide } from '../network-guest-side.ts';
import type { NetworkMode } from './mode.ts';
import { SILENT } from './silent.ts';

/** The bridge is the guests' gateway, and the uplink bears the host's addresses. */
export const behindHost: Pick<NetworkMode, 'hasOwnNetwork' | 'isForwarding' | 'bridge' | 'uplink'> = {
  hasOwnNetwork: true,
  isForwarding: true,
  bridge: (model, bridge) => {
    const { network, more } = guestSide(model, bridge);
    return {
      addressing: { ...SILENT.addressing, addresses: bridge.settings.guests?.addresses ?? [] },
      isWaitedFor: false,
      // It has no port before a guest starts.
      network: { ConfigureWithoutCarrier: true, IgnoreCarrierLoss: true, ...network },
      more,
    };
  },
  uplink: (_, { settings }) => ({ addressing: settings, isWaitedFor: true, network: {}, more: '' }),
};
