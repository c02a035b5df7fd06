/** `bridged`: guests are in the network of the uplink, beside the host. */
import { SILENT } from './silent.ts';
import type { NetworkMode } from './mode.ts';

/** A switch, and nothing more. */
export const bridged: NetworkMode = {
  hasOwnNetwork: false,
  isForwarding: false,
  answersForGuests: false,
  bridge: (_, { settings, uplinks }) => {
    const alone = uplinks.length === 0 ? true : null;
    return {
      addressing: settings,
      isWaitedFor: settings.addresses.length > 0,
      network: { ConfigureWithoutCarrier: alone, IgnoreCarrierLoss: alone },
      more: '',
    };
  },
  uplink: () => SILENT,
  leaving: () => [],
};
