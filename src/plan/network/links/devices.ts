/** Which devices a host has, and which is on which: from the table of kinds of link. */
import type { HostModel, ResolvedBridge } from '../../model.ts';
import type { Entries } from '../addressing.ts';
import type { LinkDevice, NetworkLink } from './link.ts';
import { links } from './links.ts';

/** Devices of one kind that a bridge has; each is on all of those of the layer below. */
interface Layer {
  readonly link: NetworkLink;
  readonly names: readonly string[];
}
interface Stack {
  readonly bridge: ResolvedBridge;
  readonly layers: readonly Layer[];
}
interface PlacedDevice extends LinkDevice {
  /** What networkd is told of the devices on this one. */
  readonly carries: Entries;
}

const outermost = (): NetworkLink | undefined => links.at(-1);

/** Kinds that a bridge has nothing of are left out. */
function stackOf(bridge: ResolvedBridge): Stack {
  const layers = links.reduce<readonly Layer[]>((below, link) => {
    const names = link.devices(bridge, below.at(-1)?.names ?? []);
    return names.length === 0 ? below : [...below, { link, names }];
  }, []);
  return { bridge, layers };
}

/**
 * The device below the bridge, or beside it where guests have a network of their own; null without an uplink. Rules
 * have refused several uplinks that nothing joins; a plan made without them must not go on.
 */
export function uplinkDevice(bridge: ResolvedBridge): string | null {
  const below = stackOf(bridge).layers.findLast(({ link }) => link !== outermost());
  if (below !== undefined && below.names.length > 1)
    throw new Error(`${bridge.settings.name} has several uplinks, and nothing joins ${below.names.join(' and ')}`);
  return below?.names[0] ?? null;
}

/** Bridges first, then each card with all that is on it. */
export function devicesOf(model: HostModel): PlacedDevice[] {
  const stacks = model.bridges.map(stackOf);
  const found = new Map<string, PlacedDevice>();
  const place = (link: NetworkLink, name: string): void => {
    if (found.has(name)) return;
    found.set(name, placed(stacks, link, name));
    for (const { above } of stacks.map((stack) => around(stack, name)))
      if (above !== undefined && above.link !== outermost()) above.names.forEach((upper) => place(above.link, upper));
  };
  const layers = stacks.flatMap((stack) => stack.layers);
  const bridges = layers.filter(({ link }) => link === outermost());
  for (const { link, names } of [...bridges, ...layers]) names.forEach((name) => place(link, name));
  return [...found.values()];
}

function placed(stacks: readonly Stack[], link: NetworkLink, name: string): PlacedDevice {
  const users = stacks.filter((stack) => around(stack, name).own !== undefined).map(({ bridge }) => bridge);
  const mtus = users.map(({ settings }) => settings.mtu).filter((mtu) => mtu !== null);
  const carries: Record<string, readonly string[]> = {};
  for (const kind of links.toReversed())
    for (const stack of stacks) {
      const { above } = around(stack, name);
      const entry = above?.link === kind ? kind.entry(stack.bridge) : null;
      if (entry !== null) carries[entry] = [...new Set([...(carries[entry] ?? []), ...(above?.names ?? [])])];
    }
  return { name, link, users, mtu: mtus.length === 0 ? null : Math.max(...mtus), carries };
}

/** The layer that a device is in, and the one above. */
function around({ layers }: Stack, name: string): { readonly own?: Layer; readonly above?: Layer } {
  const at = layers.findIndex(({ names }) => names.includes(name));
  const [own, above] = at === -1 ? [] : layers.slice(at, at + 2);
  return { ...(own === undefined ? {} : { own }), ...(above === undefined ? {} : { above }) };
}
