/** The network of the host as a picture needs it: bridges, what leads out of them, how many guests are on them. */
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { told } from '../status/finding.ts';

/** A network card, a bond or a VLAN that leads out of a bridge. */
interface Uplink {
  readonly name: string;
  readonly hasLink: boolean;
}
export interface BridgeNow {
  readonly name: string;
  readonly uplinks: readonly Uplink[];
  /** Interfaces of guests on it. */
  readonly guests: number;
  /** The host's own addresses on it. */
  readonly addresses: readonly string[];
}

export const NETWORK_ASKED = ['ip', '-j', '-d', 'addr', 'show'];

const GUESTS = /^(?:vif|tap|veth|vnet)/;
const MOST_BRIDGES = 32;

/** Of what `NETWORK_ASKED` answers. */
export function bridgesIn(text: string | null): BridgeNow[] {
  const said = parseJson(text);
  const links = (Array.isArray(said) ? (said as unknown[]) : []).filter(isRecord);
  const isBridge = (link: Readonly<Record<string, unknown>>): boolean =>
    isRecord(link['linkinfo']) && link['linkinfo']['info_kind'] === 'bridge';
  return links
    .filter(isBridge)
    .slice(0, MOST_BRIDGES)
    .map((bridge) => {
      const ports = links.filter(({ master }) => master === bridge['ifname']);
      const out = ports.filter(({ ifname }) => !GUESTS.test(String(ifname)));
      return {
        name: told(String(bridge['ifname'])),
        uplinks: out.map((port) => ({ name: told(String(port['ifname'])), hasLink: hasLink(port) })),
        guests: ports.length - out.length,
        addresses: addressesOf(bridge),
      };
    });
}

function hasLink({ flags }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(flags) && flags.includes('LOWER_UP');
}

function addressesOf({ addr_info: entries }: Readonly<Record<string, unknown>>): string[] {
  return (Array.isArray(entries) ? (entries as unknown[]) : []).flatMap((one) =>
    isRecord(one) &&
    one['scope'] === 'global' &&
    typeof one['local'] === 'string' &&
    /^[0-9a-f.:]+$/i.test(one['local'])
      ? [`${one['local']}${typeof one['prefixlen'] === 'number' ? `/${one['prefixlen']}` : ''}`]
      : [],
  );
}
