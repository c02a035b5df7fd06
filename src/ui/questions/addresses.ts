/**
 * The questions about addresses that the host's bridge and a DomU's interface share: how each family gets one, then the
 * fixed ones.
 */
import { getAt, setProfile, textsAt, type Draft, type Path, type Plain } from '../answers/draft.ts';
import { option } from './fields.ts';
import type { Context, Field, FieldId, Option } from './screen.ts';

/** Where the list of addresses stands, in the draft and in the effective form. */
export interface AddressPlace {
  at(context: Context): Path;
  inEffective(context: Context): Path;
  /** Is there one at all? */
  isThere(context: Context): boolean;
}
type Family = 4 | 6;

const WORDS: Readonly<Record<Family, readonly string[]>> = { 4: ['dhcp4'], 6: ['slaac', 'dhcp6'] };
const OPTIONS: Readonly<Record<Family, readonly Option[]>> = {
  4: [option('dhcp4', 'options.dhcp'), option('static', 'options.static'), option('none', 'options.none')],
  6: [
    option('slaac', 'options.slaac'),
    option('dhcp6', 'options.dhcp'),
    option('static', 'options.static'),
    option('none', 'options.none'),
  ],
};

export function addressFields(
  place: AddressPlace,
  ids: {
    readonly how4: FieldId;
    readonly address4: FieldId;
    readonly gateway4: FieldId;
    readonly how6: FieldId;
    readonly address6: FieldId;
    readonly gateway6: FieldId;
    readonly dns: FieldId;
  },
): Field[] {
  return [
    ...familyFields(place, 4, ids.how4, ids.address4, ids.gateway4),
    ...familyFields(place, 6, ids.how6, ids.address6, ids.gateway6),
    {
      id: ids.dns,
      kind: 'words',
      isShown: (context) => isStatic(place, 4, context) || isStatic(place, 6, context),
      paths: (context) => [[...place.at(context), 'dns']],
      read: (context) => getAt(context.draft.profile, [...place.at(context), 'dns']),
      write: (draft, value, context) => setProfile(draft, [...place.at(context), 'dns'], value),
      fallback: () => [],
    },
  ];
}

function familyFields(place: AddressPlace, family: Family, how: FieldId, address: FieldId, gateway: FieldId): Field[] {
  return [
    {
      id: how,
      kind: 'choice',
      options: () => OPTIONS[family],
      isShown: place.isThere,
      paths: (context) => [[...place.at(context), 'addresses']],
      read: (context) =>
        getAt(context.draft.profile, [...place.at(context), 'addresses']) === undefined
          ? undefined
          : wordOf(addressesOf(place, context), family),
      write: (draft, value, context) => writeHow(place, family, draft, value, context),
      fallback: (context) => wordOf(textsAt(context.effective, [...place.inEffective(context), 'addresses']), family),
    },
    {
      id: address,
      kind: 'text',
      isRequired: true,
      isShown: (context) => isStatic(place, family, context),
      paths: (context) => [[...place.at(context), 'addresses']],
      read: (context) => shown(addressesOf(place, context).find((text) => isFixed(text, family))),
      // A loaded profile may have more of them than one is asked for.
      write: (draft, value, context) =>
        writeAddresses(place, draft, context, family, [
          kept(value, family),
          ...addressesOf(place, context)
            .filter((text) => isFixed(text, family))
            .slice(1),
        ]),
      fallback: () => undefined,
    },
    {
      id: gateway,
      kind: 'text',
      isShown: (context) => isStatic(place, family, context),
      paths: (context) => [[...place.at(context), 'gateways']],
      read: (context) => gatewaysOf(place, context).find((text) => isOf(text, family)),
      write: (draft, value, context) => {
        const others = textsAt(draft.profile, [...place.at(context), 'gateways']).filter((text) => !isOf(text, family));
        return writeGateways(
          place,
          draft,
          context,
          [...others, ...(typeof value === 'string' && value !== '' ? [kept(value, family)] : [])].toSorted(byFamily),
        );
      },
      fallback: () => undefined,
    },
  ];
}

function writeHow(
  place: AddressPlace,
  family: Family,
  draft: Draft,
  value: Plain | undefined,
  context: Context,
): Draft {
  const before = addressesOf(place, context).filter((text) => isFixed(text, family));
  if (value === 'static')
    return writeAddresses(place, draft, context, family, before.length > 0 ? before : [kept('', family)]);
  const changed = writeAddresses(
    place,
    draft,
    context,
    family,
    value === 'none' || typeof value !== 'string' ? [] : [value],
  );
  const gateways = [...place.at(context), 'gateways'];
  return getAt(changed.profile, gateways) === undefined
    ? changed
    : writeGateways(
        place,
        changed,
        context,
        textsAt(changed.profile, gateways).filter((text) => !isOf(text, family)),
      );
}

/** Where no gateway is left, none lies elsewhere: that is asked no more. */
function writeGateways(place: AddressPlace, draft: Draft, context: Context, gateways: readonly string[]): Draft {
  const changed = setProfile(draft, [...place.at(context), 'gateways'], gateways);
  return gateways.length === 0 ? setProfile(changed, [...place.at(context), 'onLink'], undefined) : changed;
}

/** Replaces what one family has; the other's stays. */
function writeAddresses(
  place: AddressPlace,
  draft: Draft,
  context: Context,
  family: Family,
  own: readonly string[],
): Draft {
  const others = addressesOf(place, context).filter((text) => !WORDS[family].includes(text) && !isFixed(text, family));
  return setProfile(
    draft,
    [...place.at(context), 'addresses'],
    family === 4 ? [...own, ...others] : [...others, ...own],
  );
}

function addressesOf(place: AddressPlace, context: Context): readonly string[] {
  return getAt(context.draft.profile, [...place.at(context), 'addresses']) === undefined
    ? textsAt(context.effective, [...place.inEffective(context), 'addresses'])
    : textsAt(context.draft.profile, [...place.at(context), 'addresses']);
}

function gatewaysOf(place: AddressPlace, context: Context): readonly string[] {
  return textsAt(context.draft.profile, [...place.at(context), 'gateways']);
}

function wordOf(addresses: readonly string[], family: Family): string {
  return (
    addresses.find((text) => WORDS[family].includes(text)) ??
    (addresses.some((text) => isFixed(text, family)) ? 'static' : 'none')
  );
}

function isStatic(place: AddressPlace, family: Family, context: Context): boolean {
  return place.isThere(context) && wordOf(addressesOf(place, context), family) === 'static';
}

/**
 * An address while it is being typed. A colon says which family it is of, so one of IPv6 has one from the start and one
 * of IPv4 never; the slash stands for nothing typed yet.
 */
function kept(value: Plain | undefined, family: Family): string {
  const text = typeof value === 'string' ? value : '';
  if (family === 4) return text.replaceAll(':', '') || '/';
  return text === '' ? ':/' : text.includes(':') ? text : `${text}:`;
}

function shown(text: string | undefined): string | undefined {
  return text === '/' || text === ':/' ? '' : text;
}

function isFixed(text: string, family: Family): boolean {
  return !['dhcp4', 'dhcp6', 'slaac'].includes(text) && isOf(text, family);
}

function isOf(text: string, family: Family): boolean {
  return text.includes(':') === (family === 6);
}

function byFamily(a: string, b: string): number {
  return Number(a.includes(':')) - Number(b.includes(':'));
}
