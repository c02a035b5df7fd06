/** `host.network`: the host's bridges, their uplinks and addresses. */
import * as z from 'zod';
import { mac, text, vlan } from '../schema-parts.ts';

/** Addresses of an interface, in the host and in DomUs. */
export const ADDRESS_WORDS =
  'addresses with their prefix length (`192.0.2.10/24`, `2001:db8::10/64`) and the words `dhcp4`, `dhcp6` and `slaac`';

const nic = z.union([
  z.strictObject({ mac: mac.describe('MAC address of the network card.') }),
  z.strictObject({ name: text.describe('Name of the network card as the installer sees it, such as `enp3s0`.') }),
  z.strictObject({ pci: text.describe('PCI address of the network card, such as `0000:03:00.0`.') }),
]);

const bridge = z
  .strictObject({
    name: text
      .optional()
      .describe(
        'Name of the bridge, at most 15 characters. Default: `xenbr` and its number in the list, so `xenbr0` for the first.',
      ),
    mode: z
      .enum(['bridged', 'routed', 'nat'])
      .optional()
      .meta({
        description:
          'Where DomUs are: `bridged`, in the network of the uplink; `routed`, in one of their own behind the host; `nat`, in one behind the address of the host. Routed and NAT bridges need `guests`.',
        default: 'bridged',
      }),
    uplinks: z
      .array(nic)
      .optional()
      .describe(
        'Network cards that connect the bridge with the network outside, each by `mac`, `name` or `pci`; `[]` for none. Two or more need `bond`. Default: for the first bridge the first free card with a carrier; none for the others.',
      ),
    bond: z
      .strictObject({
        mode: z.enum(['active-backup', '802.3ad', 'balance-tlb']).describe('Mode of the bond, by its name in Linux.'),
      })
      .nullable()
      .optional()
      .meta({ description: 'Joins several uplinks to one. Bonds are not supported yet.', default: null }),
    vlan: vlan
      .nullable()
      .optional()
      .meta({ description: 'Number of the tagged network that the bridge is in, on its uplink.', default: null }),
    trunk: z
      .boolean()
      .optional()
      .meta({
        description: 'Interfaces of DomUs may name their `vlan` on this bridge. Trunks are not supported yet.',
        default: false,
      }),
    addresses: z
      .array(text)
      .optional()
      .describe(
        `The host's own addresses on this bridge, or on its uplink where it is routed or NAT: ${ADDRESS_WORDS}; \`[]\` for none. Default: \`[dhcp4, slaac]\` with an uplink, none without.`,
      ),
    gateways: z
      .array(text)
      .optional()
      .meta({ description: 'Gateways of fixed addresses, one for IPv4 and one for IPv6.', default: [] }),
    onLink: z
      .boolean()
      .optional()
      .meta({
        description:
          "The gateway lies outside the address's own network, as with many rented servers (a `/32` address, or `fe80::1`).",
        default: false,
      }),
    routes: z
      .array(
        z.strictObject({
          to: text.describe('Network that the route leads to, such as `10.0.0.0/8`.'),
          via: text.describe('Address of the router.'),
        }),
      )
      .optional()
      .meta({ description: 'More routes than the default one.', default: [] }),
    dns: z
      .array(text)
      .optional()
      .meta({
        description:
          'Addresses of name servers; DomUs with fixed addresses on this bridge take them too, unless they have their own.',
        default: [],
      }),
    mtu: z
      .number()
      .int()
      .min(576)
      .max(65535)
      .nullable()
      .optional()
      .meta({ description: 'Largest packet in bytes; without one it is the usual one of the card.', default: null }),
    guests: z
      .strictObject({
        addresses: z
          .array(text)
          .describe(
            "The host's addresses in the network of the DomUs, which are their gateways, such as `10.10.0.1/24`. On a routed bridge DomUs may also have single addresses (`/32`, `/128`).",
          ),
        dhcp: z
          .boolean()
          .optional()
          .meta({
            description: 'The host gives DomUs their addresses, by DHCP and router advertisements.',
            default: true,
          }),
      })
      .nullable()
      .optional()
      .meta({ description: 'The inner network of a routed or NAT bridge.', default: null }),
  })
  .meta({ id: 'Bridge', description: 'A bridge that DomUs are connected to.' });

export const network = z.strictObject({
  bridges: z
    .array(bridge)
    .optional()
    .meta({
      description:
        "The host's bridges; the first is its primary device. Default: one, `xenbr0`, bridged, on the first network card with a carrier, with addresses by DHCP and SLAAC.",
    }),
  pinNics: z
    .boolean()
    .optional()
    .meta({
      description:
        'Names of network cards are bound to their MAC addresses, so that a card that moved to another slot stays at its bridge.',
      default: true,
    }),
});
