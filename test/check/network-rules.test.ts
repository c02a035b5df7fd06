/** Rules of bridges, addresses and cards. */
import { BRIDGES, table, TWO } from './rule-table.ts';

const NAT = BRIDGES('{ mode: nat, addresses: [dhcp4], guests: { addresses: [10.10.0.1/24] } }');
const ROUTED = BRIDGES(
  '{ mode: routed, addresses: [203.0.113.10/32], gateways: [203.0.113.1], onLink: true, dns: [203.0.113.1], guests: { addresses: [10.10.0.1/24, "fd00:10::1/64"] } }',
);

table('bridges', [
  [
    'two uplinks without a bond',
    [BRIDGES('{ uplinks: [{ name: a }, { name: b }] }')],
    ['needs-bond host.network.bridges[0].uplinks'],
  ],
  [
    'a VLAN without an uplink',
    [BRIDGES('{ uplinks: [], vlan: 5, addresses: [] }')],
    ['vlan-without-uplink host.network.bridges[0].vlan'],
  ],
  [
    'one uplink in two bridges',
    [BRIDGES('{ uplinks: [{ mac: "52:54:00:12:34:56" }] }', '{ uplinks: [{ mac: 52-54-00-12-34-56 }] }')],
    ['uplink-twice host.network.bridges[1].uplinks', 'warning several-gateways host.network.bridges[1]'],
  ],
  [
    'one uplink in two bridges by one VLAN',
    [BRIDGES('{ uplinks: [{ name: a }], vlan: 5 }', '{ uplinks: [{ name: a }], vlan: 5 }')],
    ['uplink-twice host.network.bridges[1].uplinks', 'warning several-gateways host.network.bridges[1]'],
  ],
  [
    'one uplink in two bridges by two VLANs',
    [BRIDGES('{ uplinks: [{ name: a }], vlan: 5 }', '{ uplinks: [{ name: a }], vlan: 6, addresses: [] }')],
    [],
  ],
  [
    'two gateways of one family, on two bridges',
    [
      BRIDGES(
        '{ uplinks: [{ name: a }], addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.1] }',
        '{ uplinks: [{ name: b }], addresses: [198.51.100.10/24], gateways: [198.51.100.1] }',
      ),
    ],
    ['warning several-gateways host.network.bridges[1]'],
  ],
  [
    'a gateway on the second bridge, and what a network tells on the first: the gateway that is written down wins',
    [
      BRIDGES(
        '{ uplinks: [{ name: a }], addresses: [dhcp4] }',
        '{ uplinks: [{ name: b }], addresses: [198.51.100.10/24], gateways: [198.51.100.1] }',
      ),
    ],
    ['warning several-gateways host.network.bridges[0]'],
  ],
  [
    'a gateway for each family, on two bridges',
    [
      BRIDGES(
        '{ uplinks: [{ name: a }], addresses: [dhcp4] }',
        '{ uplinks: [{ name: b }], addresses: ["2001:db8::10/64"], gateways: ["2001:db8::1"] }',
      ),
    ],
    [],
  ],
  [
    'a DomU with two interfaces that each are told a gateway',
    ['domus.web1.network=[{}, {}]'],
    ['warning several-gateways domus[0].network[1]'],
  ],
  ['a DomU whose second interface has no gateway', ['domus.web1.network=[{}, { addresses: [10.0.0.5/24] }]'], []],
  [
    'a bridge called like the VLAN of another',
    [BRIDGES('{ uplinks: [{ name: a }], vlan: 5 }', '{ name: a.5, uplinks: [] }')],
    ['duplicate-name host.network.bridges[0]'],
  ],
  [
    'no bridge',
    ['host.network={bridges: []}'],
    ['no-bridge host.network.bridges', 'unknown-bridge domus[0].network[0].bridge'],
  ],
  ['an unknown bridge', ['domus.web1.network=[{ bridge: xenbr1 }]'], ['unknown-bridge domus[0].network[0].bridge']],
  [
    'a bad card name',
    [BRIDGES('{ uplinks: [{ name: enp0s31f6interface }] }')],
    ['bad-nic host.network.bridges[0].uplinks[0].name'],
  ],
  ['a bad PCI address', [BRIDGES('{ uplinks: [{ pci: "3:0" }] }')], ['bad-nic host.network.bridges[0].uplinks[0].pci']],
  [
    'guests on a bridged one',
    [BRIDGES('{ guests: { addresses: [10.10.0.1/24] } }')],
    ['guests-on-bridged host.network.bridges[0].guests'],
  ],
  [
    'nat without guests',
    [BRIDGES('{ mode: nat }')],
    ['guests-missing host.network.bridges[0].mode', 'no-dhcp-server domus[0].network[0].addresses'],
  ],
  ['nat', [NAT], []],
  [
    'nat without an uplink, behind another bridge',
    [BRIDGES('{}', '{ mode: nat, guests: { addresses: [10.10.0.1/24] } }')],
    [],
  ],
  [
    'routed addresses without an uplink',
    [BRIDGES('{}', '{ mode: routed, addresses: [192.0.2.1/24], guests: { addresses: [10.10.0.1/24] } }')],
    ['needs-uplink host.network.bridges[1].addresses'],
  ],
  [
    'DHCP on a bridge without an uplink',
    [BRIDGES('{ uplinks: [], addresses: [dhcp4] }')],
    ['warning nobody-answers host.network.bridges[0].addresses'],
  ],
  [
    'DHCP for guests in a network without room',
    [BRIDGES('{ mode: nat, addresses: [dhcp4], guests: { addresses: [10.10.0.1/30] } }')],
    ['small-network host.network.bridges[0].guests.addresses'],
  ],
  ['IPv6 with a small MTU', [BRIDGES('{ mtu: 1000 }')], ['mtu-small host.network.bridges[0].mtu']],
  ['IPv4 with a small MTU', [BRIDGES('{ mtu: 1000, addresses: [dhcp4] }')], []],
]);

table('addresses', [
  [
    'no prefix length',
    [BRIDGES('{ addresses: [192.0.2.10], gateways: [] }')],
    ['bad-address host.network.bridges[0].addresses[0]'],
  ],
  ['an unknown word', [BRIDGES('{ addresses: [dhcp] }')], ['bad-address host.network.bridges[0].addresses[0]']],
  [
    'a number out of range',
    [BRIDGES('{ addresses: [dhcp4, 192.0.2.256/24] }')],
    ['bad-address host.network.bridges[0].addresses[1]'],
  ],
  [
    "the network's own address",
    [BRIDGES('{ addresses: [dhcp4, 192.0.2.0/24] }')],
    ['unusable-address host.network.bridges[0].addresses[1]'],
  ],
  [
    'the broadcast address',
    [BRIDGES('{ addresses: [dhcp4, 192.0.2.127/25] }')],
    ['unusable-address host.network.bridges[0].addresses[1]'],
  ],
  [
    'an IPv6 network',
    [BRIDGES('{ addresses: [dhcp4, "2001:db8::/64"] }')],
    ['unusable-address host.network.bridges[0].addresses[1]'],
  ],
  ['a /31', [BRIDGES('{ addresses: [192.0.2.0/31], gateways: [192.0.2.1], dns: [192.0.2.1] }')], []],
  [
    'a multicast address',
    [BRIDGES('{ addresses: [dhcp4, 224.0.0.5/24] }')],
    ['unusable-address host.network.bridges[0].addresses[1]'],
  ],
  [
    'a prefix of 0',
    [BRIDGES('{ addresses: [dhcp4, 192.0.2.1/0] }')],
    ['unusable-address host.network.bridges[0].addresses[1]'],
  ],
  [
    'a gateway elsewhere',
    [BRIDGES('{ addresses: [192.0.2.10/24], gateways: [198.51.100.1], dns: [192.0.2.1] }')],
    ['gateway-unreachable host.network.bridges[0].gateways[0]'],
  ],
  [
    'a gateway elsewhere, on-link',
    [BRIDGES('{ addresses: [192.0.2.10/32], gateways: [198.51.100.1], onLink: true, dns: [192.0.2.1] }')],
    [],
  ],
  [
    'fe80::1 is always reachable',
    [BRIDGES('{ addresses: ["2001:db8::2/64"], gateways: ["fe80::1"], dns: ["2001:db8::1"] }')],
    [],
  ],
  [
    'two gateways of a family',
    [BRIDGES('{ addresses: [192.0.2.10/24], gateways: [192.0.2.1, 192.0.2.2], dns: [192.0.2.1] }')],
    ['two-gateways host.network.bridges[0].gateways[1]'],
  ],
  [
    'one gateway per family',
    [BRIDGES('{ addresses: [192.0.2.10/24, "2001:db8::2/64"], gateways: [192.0.2.1, "fe80::1"], dns: [192.0.2.1] }')],
    [],
  ],
  [
    'the own address as the gateway',
    [BRIDGES('{ addresses: [192.0.2.10/24], gateways: [192.0.2.10], dns: [192.0.2.1] }')],
    ['gateway-is-self host.network.bridges[0].gateways[0]'],
  ],
  [
    'a gateway with a prefix length',
    [BRIDGES('{ addresses: [192.0.2.10/24], gateways: [192.0.2.1/24], dns: [192.0.2.1] }')],
    ['bad-address host.network.bridges[0].gateways[0]'],
  ],
  [
    'no gateway, no name server',
    [BRIDGES('{ addresses: [192.0.2.10/24] }')],
    ['warning no-gateway host.network.bridges[0]', 'warning no-dns host.network.bridges[0]'],
  ],
  ['a name server by name', [BRIDGES('{ dns: [ns.example.org] }')], ['bad-address host.network.bridges[0].dns[0]']],
  [
    'a route to no network',
    [BRIDGES('{ routes: [{ to: default, via: 192.0.2.1 }] }')],
    ['bad-route host.network.bridges[0].routes[0].to'],
  ],
  [
    'a route of two families',
    [BRIDGES('{ routes: [{ to: 10.0.0.0/8, via: "fe80::1" }] }')],
    ['bad-route host.network.bridges[0].routes[0].via'],
  ],
  [
    'a route by a router elsewhere',
    [
      BRIDGES(
        '{ addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.1], routes: [{ to: 10.0.0.0/8, via: 198.51.100.1 }] }',
      ),
    ],
    ['route-unreachable host.network.bridges[0].routes[0].via'],
  ],
  [
    "a DomU with the host's address",
    [
      BRIDGES('{ addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.1] }'),
      'domus.web1.network=[{ addresses: [192.0.2.10/24], gateways: [192.0.2.1] }]',
    ],
    ['duplicate-address domus[0].network[0].addresses[0]'],
  ],
  [
    "a DomU with the gateway's address",
    [
      BRIDGES('{ addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.1] }'),
      'domus.web1.network=[{ addresses: [192.0.2.1/24], gateways: [192.0.2.254] }]',
    ],
    ['duplicate-address domus[0].network[0].addresses[0]'],
  ],
  [
    'two DomUs with one address, written differently',
    TWO(
      '{ name: a, network: [{ addresses: [dhcp4, "2001:db8::1/64"] }] }',
      '{ name: b, network: [{ addresses: [dhcp4, "2001:DB8:0::1/64"] }] }',
    ),
    ['duplicate-address domus[1].network[0].addresses[1]'],
  ],
  [
    'a DomU with a gateway elsewhere',
    ['domus.web1.network=[{ addresses: [192.0.2.10/24], gateways: [198.51.100.1], dns: [192.0.2.1] }]'],
    ['gateway-unreachable domus[0].network[0].gateways[0]'],
  ],
  [
    'a bridged DomU without a gateway',
    ['domus.web1.network=[{ addresses: [192.0.2.10/24], dns: [192.0.2.1] }]'],
    ['warning no-gateway domus[0].network[0]'],
  ],
]);

table('DomUs on routed and nat bridges', [
  ["an address among the guests'", [NAT, 'domus.web1.network=[{ addresses: [10.10.0.5/24], dns: [10.10.0.1] }]'], []],
  [
    'an address outside',
    [NAT, 'domus.web1.network=[{ addresses: [10.20.0.5/24], dns: [10.10.0.1] }]'],
    ['outside-guest-network domus[0].network[0].addresses[0]'],
  ],
  [
    'a single address on nat',
    [NAT, 'domus.web1.network=[{ addresses: [203.0.113.5/32], dns: [10.10.0.1] }]'],
    ['outside-guest-network domus[0].network[0].addresses[0]'],
  ],
  [
    'a single address on routed',
    [ROUTED, 'domus.web1.network=[{ addresses: [203.0.113.5/32, "2001:db8::5/128"] }]'],
    [],
  ],
  [
    'waiting for DHCP that is switched off',
    [NAT.replace('24] }', '24], dhcp: false }')],
    ['no-dhcp-server domus[0].network[0].addresses'],
  ],
  [
    'waiting for dhcp6, which nobody gives',
    [ROUTED, 'domus.web1.network=[{ addresses: [dhcp6] }]'],
    ['no-dhcp-server domus[0].network[0].addresses'],
  ],
  [
    'waiting for slaac where there is IPv4 only',
    [NAT, 'domus.web1.network=[{ addresses: [slaac] }]'],
    ['no-dhcp-server domus[0].network[0].addresses'],
  ],
  ['slaac where there is a /64', [ROUTED, 'domus.web1.network=[{ addresses: [slaac] }]'], []],
  [
    "a guests' network that overlaps the uplink's",
    [
      BRIDGES(
        '{ mode: nat, addresses: [10.10.0.50/16], gateways: [10.10.0.1], dns: [10.10.0.1], guests: { addresses: [10.10.9.1/24] } }',
      ),
    ],
    ['overlapping-networks host.network.bridges[0].guests.addresses[0]'],
  ],
  [
    'a rented server that shows its own /32',
    [
      BRIDGES(
        '{ mode: routed, addresses: [203.0.113.10/32], gateways: [203.0.113.1], onLink: true, dns: [203.0.113.1], guests: { addresses: [203.0.113.10/32], dhcp: false } }',
      ),
      'domus.web1.network=[{ addresses: [203.0.113.20/32] }]',
    ],
    [],
  ],
]);

table('MACs', [
  [
    'one twice',
    TWO('{ name: a, network: [{ mac: "00:16:3e:00:00:01" }] }', '{ name: b, network: [{ mac: 00-16-3E-00-00-01 }] }'),
    ['duplicate-mac domus[1].network[0].mac'],
  ],
  [
    'that of an uplink',
    [BRIDGES('{ uplinks: [{ mac: "52:54:00:12:34:56" }] }'), 'domus.web1.network=[{ mac: "52:54:00:12:34:56" }]'],
    ['duplicate-mac domus[0].network[0].mac'],
  ],
  ['a multicast one', ['domus.web1.network=[{ mac: "01:16:3e:00:00:01" }]'], ['bad-mac domus[0].network[0].mac']],
  ['nothing but zeros', ['domus.web1.network=[{ mac: "00:00:00:00:00:00" }]'], ['bad-mac domus[0].network[0].mac']],
]);
