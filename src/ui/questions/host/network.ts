/** The host's network: its bridges, one after the other. The first is its primary device. */
import type { Phrase } from '../../../i18n/phrase.ts';
import type { Facts, NicFacts } from '../../../facts/facts.ts';
import { identityOf } from '../../../facts/select-nics.ts';
import type { TextKey } from '../../../i18n/t.ts';
import { modes } from '../../../plan/network/modes/modes.ts';
import { getAt, listAt, setProfile, type Draft, type Path, type Plain } from '../../answers/draft.ts';
import { addressFields } from '../addresses.ts';
import { option } from '../fields.ts';
import { freeName } from '../free-name.ts';
import { countOf, itemChooser, itemField } from '../items.ts';
import { type ItemList } from '../screen.ts';
import { asLines, ROUTE } from '../lines.ts';
import type { Context, Option, Screen } from '../screen.ts';

const LIST = ['host', 'network', 'bridges'] as const;

const bridges: ItemList = {
  path: () => LIST,
  inEffective: LIST,
  least: 1,
  name: (bridge, index) => String(getAt(bridge, ['name']) ?? `xenbr${index}`),
  // Without a card it is a network of DomUs among themselves: nothing outside changes until one is chosen.
  fresh: ({ effective }) => ({
    name: freeName(
      'xenbr',
      listAt(effective, LIST).map((bridge) => String(getAt(bridge, ['name']))),
      0,
    ),
    uplinks: [],
    addresses: [],
  }),
};

const at = ({ item }: Pick<Context, 'item'>): Path => [...LIST, item];
const modeOf = (context: Context): Plain | undefined =>
  getAt(context.draft.profile, [...at(context), 'mode']) ?? getAt(context.effective, [...at(context), 'mode']);
type Mode = keyof typeof modes;
const MODES: Readonly<Record<Mode, TextKey>> = {
  bridged: 'options.bridged',
  routed: 'options.routed',
  nat: 'options.nat',
};
const offered = Object.keys(modes) as Mode[];
/** What is no mode has no network of its own, either. */
const hasOwnNetwork = (mode: Plain | undefined): boolean =>
  offered.some((one) => one === mode && modes[one].hasOwnNetwork);
const hasInner = (context: Context): boolean => hasOwnNetwork(modeOf(context));

export const network: Screen = {
  id: 'network',
  section: 'host',
  kind: 'form',
  items: bridges,
  owns: [['host', 'network']],
  fields: [
    itemChooser(bridges, 'bridgeItem'),
    itemField(bridges, 'bridge', 'text', 'name'),
    itemField(bridges, 'uplink', 'choice', 'uplinks', {
      options: uplinks,
      read: readUplink,
      write: writeUplink,
      fallback: ({ item }) => (item === 0 ? 'auto' : 'none'),
    }),
    itemField(bridges, 'mode', 'choice', 'mode', {
      options: () => offered.map((mode) => option(mode, MODES[mode])),
      write: writeMode,
    }),
    itemField(bridges, 'vlan', 'number', 'vlan'),
    ...addressFields(
      { at, inEffective: at, isThere: (context) => countOf(bridges, context) > 0 },
      {
        how4: 'ipv4',
        address4: 'address4',
        gateway4: 'gateway4',
        how6: 'ipv6',
        address6: 'address6',
        gateway6: 'gateway6',
        dns: 'dns',
      },
    ),
    itemField(bridges, 'onLink', 'toggle', 'onLink', {
      isShown: (context) => listAt(context.draft.profile, [...at(context), 'gateways']).length > 0,
    }),
    itemField(bridges, 'guestAddresses', 'words', 'guests.addresses', { isShown: hasInner }),
    itemField(bridges, 'guestDhcp', 'toggle', 'guests.dhcp', { isShown: hasInner }),
    asLines(itemField(bridges, 'routes', 'lines', 'routes'), ROUTE),
    itemField(bridges, 'mtu', 'number', 'mtu'),
  ],
};

function linkWords({ name, mac, driver, carrier, speedMbit }: Context['facts']['nics'][number]): Phrase {
  const card = `${name}  ${mac}  ${driver ?? ''}`;
  if (!carrier) return { key: 'parts.uplink.noLink', values: { card } };
  return speedMbit === null
    ? { key: 'parts.uplink.link', values: { card } }
    : { key: 'parts.uplink.speed', values: { card, speed: speedMbit } };
}

function uplinks(context: Context): Option[] {
  const known = context.facts.nics.map((nic): Option => ({
    value: answerOf(nic, context.facts),
    label: linkWords(nic),
  }));
  const now = readUplink(context);
  // What a loaded profile names stays, whether it is here or not.
  const other =
    now === undefined || now === 'none' || known.some((one) => one.value === now)
      ? []
      : [{ value: now, label: { text: String(now) } }];
  // Only the first bridge takes a card by itself.
  return [
    ...(context.item === 0 ? [option('auto', 'options.firstLinked')] : []),
    ...known,
    ...other,
    option('none', 'options.noUplink'),
  ];
}

/** A card's MAC; where another has the same, its place or its name. */
function answerOf(nic: NicFacts, facts: Facts): string {
  const known = identityOf(nic, facts);
  return known !== null && 'mac' in known ? known.mac : JSON.stringify([known ?? { name: nic.name }]);
}

function readUplink({ draft, item }: Pick<Context, 'draft' | 'item'>): Plain | undefined {
  const given = getAt(draft.profile, [...at({ item }), 'uplinks']);
  if (!Array.isArray(given)) return undefined;
  if (given.length === 0) return 'none';
  return given.length === 1 && getAt(given, [0, 'mac']) !== undefined
    ? String(getAt(given, [0, 'mac'])).toLowerCase()
    : JSON.stringify(given);
}

function writeUplink(draft: Draft, value: Plain | undefined, context: Context): Draft {
  const uplink =
    value === 'none'
      ? []
      : typeof value === 'string' && value.startsWith('[')
        ? (JSON.parse(value) as Plain)
        : value === undefined || value === 'auto'
          ? undefined
          : [{ mac: value }];
  return setProfile(draft, [...at(context), 'uplinks'], uplink);
}

/** Only networks of the guests' own have addresses for them. */
function writeMode(draft: Draft, value: Plain | undefined, context: Context): Draft {
  const changed = setProfile(draft, [...at(context), 'mode'], value);
  const guests = [...at(context), 'guests'];
  if (!hasOwnNetwork(value)) return setProfile(changed, guests, undefined);
  // What such a network is unless one says otherwise: one for each bridge.
  return getAt(changed.profile, guests) == null
    ? setProfile(changed, guests, { addresses: [`10.${10 + context.item}.0.1/24`], dhcp: true })
    : changed;
}
