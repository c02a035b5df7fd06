/** Every mode of a bridge. A new one is a file here, a row here, and its word in the profile's schema. */
import type { BridgeSettings } from '../../../profile/effective.ts';
import { bridged } from './bridged.ts';
import type { NetworkMode } from './mode.ts';
import { nat } from './nat.ts';
import { routed } from './routed.ts';

/** By their words in profiles, in the order in which they are offered. */
export const modes: Readonly<Record<BridgeSettings['mode'], NetworkMode>> = { bridged, routed, nat };

/** The mode of a bridge. */
export function modeOf({ mode }: Pick<BridgeSettings, 'mode'>): NetworkMode {
  return modes[mode];
}

/** The host's own addresses on a bridge, as its guests reach it. */
export function hostAddresses(bridge: Pick<BridgeSettings, 'mode' | 'addresses' | 'guests'>): readonly string[] {
  return modeOf(bridge).hasOwnNetwork ? (bridge.guests?.addresses ?? []) : bridge.addresses;
}
