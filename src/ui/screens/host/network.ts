/** The host's network: the bridge that is its primary device, its uplink and its addresses. */
import { getAt, setProfile, type Draft, type Plain } from '../../wizard/draft.ts';
import { addressFields } from '../addresses.ts';
import { hostField, option } from '../fields.ts';
import type { Context, Option, Screen } from '../screen.ts';

const BRIDGE = ['host', 'network', 'bridges', 0] as const;
/** What a routed or translated network of DomUs is unless one says otherwise. */
const INNER = { addresses: ['10.10.0.1/24'], dhcp: true };

const modeOf = (context: Context): Plain | undefined => getAt(context.draft.profile, [...BRIDGE, 'mode']) ?? getAt(context.effective, [...BRIDGE, 'mode']);
const hasInner = (context: Context): boolean => ['routed', 'nat'].includes(String(modeOf(context)));

export const network: Screen = {
  id: 'network', section: 'host', kind: 'form', owns: [['host', 'network'], BRIDGE, [...BRIDGE, 'uplinks'], [...BRIDGE, 'guests']],
  fields: [
    hostField('bridge', 'text', 'host.network.bridges.0.name'),
    hostField('uplink', 'choice', 'host.network.bridges.0.uplinks', { options: uplinks, read: readUplink, write: writeUplink, fallback: () => 'auto' }),
    hostField('mode', 'choice', 'host.network.bridges.0.mode', { options: () => [option('bridged', 'options.bridged'), option('routed', 'options.routed'), option('nat', 'options.nat')], write: writeMode }),
    hostField('vlan', 'number', 'host.network.bridges.0.vlan'),
    ...addressFields({ at: () => BRIDGE, inEffective: BRIDGE }, { how4: 'ipv4', address4: 'address4', gateway4: 'gateway4', how6: 'ipv6', address6: 'address6', gateway6: 'gateway6', dns: 'dns' }),
    hostField('guestAddresses', 'words', 'host.network.bridges.0.guests.addresses', { isShown: hasInner }),
    hostField('guestDhcp', 'toggle', 'host.network.bridges.0.guests.dhcp', { isShown: hasInner }),
    hostField('mtu', 'number', 'host.network.bridges.0.mtu'),
  ],
};

function uplinks({ facts, draft }: Context): Option[] {
  const known = facts.nics.map((nic): Option => ({ value: nic.mac, label: { text: `${nic.name}  ${nic.mac}  ${nic.driver ?? ''}${nic.carrier ? `  link${nic.speedMbit === null ? '' : ` ${nic.speedMbit} Mbit/s`}` : '  no link'}` } }));
  const now = readUplink({ draft });
  // What a loaded profile names stays, whether it is here or not.
  const other = now === undefined || now === 'none' || known.some((one) => one.value === now) ? [] : [{ value: now, label: { text: String(now) } }];
  return [option('auto', 'options.firstLinked'), ...known, ...other, option('none', 'options.noUplink')];
}

function readUplink({ draft }: Pick<Context, 'draft'>): Plain | undefined {
  const given = getAt(draft.profile, [...BRIDGE, 'uplinks']);
  if (!Array.isArray(given)) return undefined;
  if (given.length === 0) return 'none';
  return given.length === 1 && getAt(given, [0, 'mac']) !== undefined ? String(getAt(given, [0, 'mac'])).toLowerCase() : JSON.stringify(given);
}

function writeUplink(draft: Draft, value: Plain | undefined): Draft {
  const uplink = value === 'none' ? [] : typeof value === 'string' && value.startsWith('[') ? (JSON.parse(value) as Plain) : value === undefined || value === 'auto' ? undefined : [{ mac: value }];
  return setProfile(draft, [...BRIDGE, 'uplinks'], uplink);
}

/** Only routed and translated networks have guests' addresses. */
function writeMode(draft: Draft, value: Plain | undefined): Draft {
  const changed = setProfile(draft, [...BRIDGE, 'mode'], value);
  const guests = [...BRIDGE, 'guests'];
  if (value === 'bridged' || value === undefined) return setProfile(changed, guests, undefined);
  return getAt(changed.profile, guests) == null ? setProfile(changed, guests, INNER) : changed;
}
