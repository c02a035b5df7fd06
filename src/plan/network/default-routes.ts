/**
 * Which interface of a machine leads everywhere, where several could: the same on each start, since each default route
 * then has a metric of its own. Pure.
 */
/** What a default route depends on. */
interface Leading {
  /** CIDRs and the words dhcp4, dhcp6, slaac. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
}
export type Family = 'ipv4' | 'ipv6';
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** Where an interface's default routes stand; null: as the system itself has it. */
export type Metrics = Readonly<Record<Family, number | null>>;
export const USUAL_METRICS: Metrics = { ipv4: null, ipv6: null };

/** Above all that networkd and the kernel give by themselves: 1024, and 2048 by a router that means to come last. */
const STEP = 4096;

/** The interfaces that have a default route of a family, by their numbers: the one that is used first. */
export function defaultRoutes(interfaces: readonly Leading[], family: Family): readonly number[] {
  const isOf = (address: string): boolean => address.includes(':') === (family === 'ipv6');
  const words = family === 'ipv4' ? ['dhcp4'] : ['slaac', 'dhcp6'];
  const every = interfaces.map((one, index) => ({
    index,
    isSaid: one.gateways.some(isOf),
    isGiven: one.addresses.some((address) => words.includes(address)),
  }));
  // A gateway that somebody wrote down comes before one that a network tells.
  return [...every.filter(({ isSaid }) => isSaid), ...every.filter(({ isSaid, isGiven }) => !isSaid && isGiven)].map(
    ({ index }) => index,
  );
}

/** A host's interfaces, one for each bridge. Where there is no uplink nobody gives it a route. */
export function hostInterfaces(
  bridges: readonly (Leading & { readonly uplinks: readonly unknown[] | null })[],
): readonly Leading[] {
  return bridges.map((bridge) => ({
    addresses: bridge.uplinks?.length === 0 ? [] : bridge.addresses,
    gateways: bridge.gateways,
  }));
}

/** Of each interface. The one that is used first, or alone, is as it would be by itself. */
export function metricsOf(interfaces: readonly Leading[]): readonly Metrics[] {
  const [four, six] = FAMILIES.map((family) => defaultRoutes(interfaces, family));
  const metric = (order: readonly number[] | undefined, index: number): number | null => {
    const place = order?.indexOf(index) ?? -1;
    return place < 1 ? null : place * STEP;
  };
  return interfaces.map((_, index) => ({ ipv4: metric(four, index), ipv6: metric(six, index) }));
}
