/** The bridge of the guests and what leads out of it: carrier, the host's address, the gateway. */
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { finding, notKnown, row, type StatusFinding } from '../finding.ts';
import { textOf, type Answer, type StatusPort } from '../port.ts';

interface Port {
  readonly name: string;
  /** A network card, a bond, a VLAN: not a guest's. */
  readonly leadsOut: boolean;
  readonly hasCarrier: boolean;
}
interface Bridge {
  readonly name: string;
  readonly ports: readonly Port[];
}
export interface NetworkSeen {
  /** What the install has left; null: another host. */
  readonly wanted: { readonly bridge: string; readonly device: string; readonly wantsAddress: boolean } | null;
  readonly bridges: readonly Bridge[];
  /** The device with the host's address, where it is not a bridge of these. */
  readonly device: Port | null;
  /** `ip -j addr show` of all devices. */
  readonly addresses: Answer;
  /** Is there a default route, be it without a gateway? */
  readonly hasRoute: boolean;
  /** Null: there is none. */
  readonly gateway: { readonly address: string; readonly device: string; readonly answers: boolean } | null;
}

const NET = '/sys/class/net';
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,31}$/;
const MOST_BRIDGES = 32;

export const network = row<NetworkSeen>({
  name: 'network',
  look: async (port) => {
    const wanted = wantedOf(await port.read('/etc/xenwright/first-boot.json'));
    const bridges: Bridge[] = [];
    for (const name of (await port.list(NET)).filter((one) => NAME.test(one))) {
      if (bridges.length >= MOST_BRIDGES || (await port.list(`${NET}/${name}/bridge`)).length === 0) continue;
      const names = (await port.list(`${NET}/${name}/brif`)).filter((one) => NAME.test(one));
      bridges.push({ name, ports: await Promise.all(names.map(async (one) => await portOf(port, one))) });
    }
    const isOther = wanted !== null && wanted.device !== wanted.bridge;
    return {
      wanted,
      bridges,
      device: isOther ? await portOf(port, wanted.device) : null,
      addresses: await port.ask(['ip', '-j', 'addr', 'show']),
      ...(await routeOf(port)),
    };
  },
  judge: judgeNetwork,
});

function wantedOf(text: string | null): NetworkSeen['wanted'] {
  const settings = parseJson(text);
  if (!isRecord(settings)) return null;
  const { bridge, device, wantsAddress } = settings;
  return typeof bridge === 'string' && typeof device === 'string' && NAME.test(bridge) && NAME.test(device)
    ? { bridge, device, wantsAddress: wantsAddress === true }
    : null;
}

async function portOf(port: StatusPort, name: string): Promise<Port> {
  // The backend of a guest's interface is a device, too, whatever somebody calls it.
  const device = await port.link(`${NET}/${name}/device`);
  const isGuests = /^(?:vif|tap|veth|vnet)/.test(name) || device?.startsWith('/sys/devices/vif-') === true;
  const leadsOut =
    !isGuests &&
    (device !== null ||
      (await port.list(`${NET}/${name}/bonding`)).length > 0 ||
      (await port.read(`/proc/net/vlan/${name}`)) !== null);
  return { name, leadsOut, hasCarrier: (await port.read(`${NET}/${name}/carrier`))?.trim() === '1' };
}

async function routeOf(port: StatusPort): Promise<Pick<NetworkSeen, 'hasRoute' | 'gateway'>> {
  let hasRoute = false;
  for (const family of ['-4', '-6']) {
    const routes = parseJson(textOf(await port.ask(['ip', '-j', family, 'route', 'show', 'default'])));
    for (const route of Array.isArray(routes) ? (routes as unknown[]) : []) {
      const { gateway: address, dev: device } = isRecord(route) ? route : {};
      hasRoute ||= typeof device === 'string';
      if (typeof address !== 'string' || typeof device !== 'string') continue;
      if (!/^[0-9a-f.:]+$/i.test(address) || !NAME.test(device)) continue;
      return { hasRoute, gateway: { address, device, answers: await answers(port, family, address, device) } };
    }
  }
  return { hasRoute, gateway: null };
}

/** For so long the kernel believes what it knew of a neighbour (delay_first_probe_time, then three probes). */
const NEIGHBOUR_MS = 8_500;

/** One that is silent to ping, but has just answered the kernel's own question for its place, counts, too. */
async function answers(port: StatusPort, family: string, address: string, device: string): Promise<boolean> {
  const ping = ['ping', family, '-c', '2', '-W', '2', '-I', device, address];
  if (textOf(await port.ask(ping)) !== null) return true;
  const neighbour = async (): Promise<string> =>
    textOf(await port.ask(['ip', 'neigh', 'show', address, 'dev', device])) ?? '';
  const known = /\b(?:REACHABLE|PERMANENT)\b/;
  const now = await neighbour();
  if (known.test(now) || !/\b(?:STALE|DELAY|PROBE)\b/.test(now)) return known.test(now);
  await port.pause(NEIGHBOUR_MS);
  return known.test(await neighbour());
}

export function judgeNetwork(seen: NetworkSeen): StatusFinding[] {
  const { wanted, bridges, device } = seen;
  const isThere = wanted === null || bridges.some(({ name }) => name === wanted.bridge);
  const missing = isThere
    ? []
    : [finding('hostStatus.network.noBridge', 'critical', { subject: wanted.bridge, hint: 'hostStatus.network.hint' })];
  return [
    ...missing,
    ...bridges.flatMap((bridge) => ofBridge(bridge, wanted)),
    ...(device === null || device.hasCarrier ? [] : [noCarrier(device.name, device.name)]),
    ...ofAddress(seen),
    ...ofGateway(seen),
  ];
}

/** A bridge without a way out may be meant so, unless the host's own address is on it. */
function ofBridge({ name: subject, ports }: Bridge, wanted: NetworkSeen['wanted']): StatusFinding[] {
  const out = ports.filter(({ leadsOut }) => leadsOut);
  if (out.length === 0)
    return subject === wanted?.bridge && wanted.device === subject && wanted.wantsAddress
      ? [finding('hostStatus.network.noUplink', 'critical', { subject, hint: 'hostStatus.network.hint' })]
      : [];
  const names = out.map(({ name }) => name).join(', ');
  return out.some(({ hasCarrier }) => hasCarrier)
    ? [finding('hostStatus.network.bridge', 'ok', { subject, values: { uplink: names } })]
    : [noCarrier(subject, names)];
}

function noCarrier(subject: string, uplink: string): StatusFinding {
  return finding('hostStatus.network.noCarrier', 'critical', {
    subject,
    values: { uplink },
    hint: 'hostStatus.network.carrierHint',
  });
}

function ofAddress({ wanted, addresses }: NetworkSeen): StatusFinding[] {
  if (wanted === null || !wanted.wantsAddress) return [];
  const told = parseJson(textOf(addresses));
  if (!Array.isArray(told)) return [notKnown('ip', addresses, { isRoot: true })];
  const own = (told as unknown[]).filter(isRecord).find(({ ifname }) => ifname === wanted.device);
  const entries = Array.isArray(own?.['addr_info']) ? (own['addr_info'] as unknown[]).filter(isRecord) : [];
  const found = entries.flatMap(({ scope, local }) => (scope === 'global' && typeof local === 'string' ? [local] : []));
  return found.length > 0
    ? [finding('hostStatus.network.address', 'ok', { subject: wanted.device, values: { addresses: found.join(', ') } })]
    : [
        finding('hostStatus.network.noAddress', 'critical', {
          subject: wanted.device,
          hint: 'hostStatus.network.hint',
        }),
      ];
}

function ofGateway({ wanted, hasRoute, addresses, gateway }: NetworkSeen): StatusFinding[] {
  if (gateway === null)
    return wanted?.wantsAddress === true && !hasRoute && textOf(addresses) !== null
      ? [finding('hostStatus.network.noGateway', 'warning', { hint: 'hostStatus.network.hint' })]
      : [];
  const { address, device, answers } = gateway;
  return [
    answers
      ? finding('hostStatus.network.gateway', 'ok', { values: { address, device } })
      : finding('hostStatus.network.silent', 'critical', {
          values: { address, device },
          hint: 'hostStatus.network.carrierHint',
        }),
  ];
}
