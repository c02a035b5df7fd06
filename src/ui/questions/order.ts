/**
 * The screens in their order: the host whole, then the DomUs, then the review. Host and DomU questions never share a
 * screen.
 */
import { basics } from './domu/basics.ts';
import { domuNetwork } from './domu/network.ts';
import { domuDisks, resources } from './domu/resources.ts';
import { domuMore } from './domu/more.ts';
import { software } from './domu/software.ts';
import { admin } from './host/admin.ts';
import { disk, layout } from './host/disk.ts';
import { identity } from './host/identity.ts';
import { language } from './host/language.ts';
import { hostMore } from './host/more.ts';
import { network } from './host/network.ts';
import { sources } from './host/sources.ts';
import { target } from './host/target.ts';
import { hasXen, xen } from './host/xen.ts';
import type { Screen, ScreenId } from './screen.ts';

const hostDone: Screen = { id: 'hostDone', section: 'host', kind: 'summary', fields: [] };
const domus: Screen = { id: 'domus', section: 'domu', kind: 'domus', fields: [], owns: [['domus']], isShown: hasXen };
const review: Screen = { id: 'review', section: 'host', kind: 'review', fields: [] };

/** What one goes through once. */
export const mainScreens: readonly Screen[] = [
  language,
  target,
  disk,
  layout,
  network,
  sources,
  identity,
  admin,
  xen,
  hostMore,
  hostDone,
  domus,
  review,
];
/** What one goes through for each DomU. */
export const domuScreens: readonly Screen[] = [basics, resources, domuDisks, domuNetwork, software, domuMore];

export function screenOf(id: ScreenId): Screen {
  const screen = [...mainScreens, ...domuScreens].find((one) => one.id === id);
  if (screen === undefined) throw new Error(`no screen is called ${id}`);
  return screen;
}
