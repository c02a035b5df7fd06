/** `host.network`: the host's bridges, their uplinks and addresses. */
import * as z from 'zod';
import { field, fields, optional, orNull, part } from '../fields.ts';
import { mac, pciAddress, text, vlan } from '../schema-parts.ts';

/** Addresses of an interface, in the host and in DomUs. */
export const ADDRESS_WORDS =
  'addresses with their prefix length (`192.0.2.10/24`, `2001:db8::10/64`) and the words `dhcp4`, `dhcp6` and `slaac`';

const nic = z.union([
  fields({
    mac: mac.describe('MAC address of the network card. Cards that have the same one are chosen by `name` or `pci`.'),
  }),
  fields({ name: text.describe('Name of the network card as the installer sees it, such as `enp3s0`.') }),
  fields({ pci: pciAddress.describe('PCI address of the network card, such as `0000:03:00.0`.') }),
]);

const bridge = fields(
  {
    name: optional(
      text,
      'Name of the bridge, at most 15 characters. Default: `xenbr` and its number in the list, so `xenbr0` for the first.',
    ),
    mode: field(
      z.enum(['bridged', 'routed', 'nat']),
      'Where DomUs are: `bridged`, in the network of the uplink; `routed`, in their own network behind the host; `nat`, in a network behind the address of the host. Routed and NAT bridges need `guests`.',
      'bridged',
    ),
    uplinks: orNull(
      z.array(nic),
      'Network cards that connect the bridge to the outside network, each by `mac`, `name` or `pci`; `[]` for none. Two or more need `bond`. Default: for the first bridge the first free card with a carrier; none for the others.',
    ),
    bond: field(
      fields({
        mode: z.enum(['active-backup', '802.3ad', 'balance-tlb']).describe('Mode of the bond, by its name in Linux.'),
      }).nullable(),
      'Combines several uplinks. Bonds are not supported yet.',
      null,
    ),
    vlan: field(vlan.nullable(), 'Number of the tagged network that the bridge is in, on its uplink.', null),
    trunk: field(
      z.boolean(),
      'Interfaces of DomUs may name their `vlan` on this bridge. Trunks are not supported yet.',
      false,
    ),
    addresses: optional(
      z.array(text),
      `The host's own addresses on this bridge, or on its uplink if it is routed or NAT: ${ADDRESS_WORDS}; \`[]\` for none. Default: \`[dhcp4, slaac]\` with an uplink, none without.`,
    ),
    gateways: field(
      z.array(text),
      'Gateways of fixed addresses, one for IPv4 and one for IPv6. Where several bridges lead outside, one with a gateway here is used before one that gets its route by DHCP or from a router, then the first in the list; the next only if that is gone.',
      [],
    ),
    onLink: field(
      z.boolean(),
      "The gateway is outside the address's own network, as with many rented servers (a `/32` address, or `fe80::1`).",
      false,
    ),
    routes: field(
      z.array(
        fields({
          to: text.describe('Network that the route leads to, such as `10.0.0.0/8`.'),
          via: text.describe('Address of the router.'),
        }),
      ),
      'More routes than the default one.',
      [],
    ),
    dns: field(
      z.array(text),
      'Addresses of name servers; DomUs with fixed addresses on this bridge take them too, unless they have their own.',
      [],
    ),
    mtu: field(
      z.number().int().min(576).max(65535).nullable(),
      'Largest packet in bytes, for the DomUs on the bridge, too; by default that of the card.',
      null,
    ),
    guests: field(
      fields({
        addresses: z
          .array(text)
          .describe(
            "The host's addresses in the network of the DomUs, which are their gateways, such as `10.10.0.1/24`. On a routed bridge DomUs may also have single addresses (`/32`, `/128`).",
          ),
        dhcp: field(z.boolean(), 'The host gives DomUs their addresses, by DHCP and router advertisements.', true),
      }).nullable(),
      'The inner network of a routed or NAT bridge.',
      null,
    ),
  },
  { id: 'Bridge', description: 'A bridge that DomUs are connected to.' },
);

export const network = fields({
  bridges: part(
    z.array(bridge),
    "The host's bridges; the first is its primary device. Default: one, `xenbr0`, bridged, on the first network card with a carrier, with addresses by DHCP and SLAAC.",
    [{}],
  ),
  pinNics: field(
    z.boolean(),
    'Names of network cards are bound to their MAC addresses, so that a card that moved to another slot stays on its bridge; those that have the same one, to their PCI addresses.',
    true,
  ),
});

/** Names, uplinks and addresses of bridges go by their places in the list. */
export function completeNetwork({ bridges, ...rest }: z.output<typeof network>) {
  return {
    bridges: bridges.map((one, index) => {
      const uplinks = one.uplinks ?? (index === 0 ? null : []);
      // Without an uplink nobody would answer: no address by itself.
      const hasUplink = uplinks === null || uplinks.length > 0;
      return {
        ...one,
        name: one.name ?? `xenbr${index}`,
        uplinks,
        addresses: one.addresses ?? (hasUplink ? ['dhcp4', 'slaac'] : []),
      };
    }),
    ...rest,
  };
}
