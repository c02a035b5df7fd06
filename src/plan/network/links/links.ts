/** Every kind of device on a bridge's way outside. A new one, such as a bond, is a file here and a row here. */
import { bridge } from './bridge.ts';
import { card } from './card.ts';
import type { NetworkLink } from './link.ts';
import { vlan } from './vlan.ts';

/** From the cards upwards: each kind is on those before it. The last one is what guests are connected to. */
export const links: readonly NetworkLink[] = [card, vlan, bridge];
