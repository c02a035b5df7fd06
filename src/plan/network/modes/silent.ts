/** A device that carries others, and has nothing to say itself. */
import type { DeviceSide } from './mode.ts';

/** No address, nobody waits for it. */
export const SILENT: DeviceSide = {
  addressing: { addresses: [], gateways: [], onLink: false, routes: [], dns: [] },
  isWaitedFor: false,
  network: {},
  more: '',
};
