import { describe, expect, test } from 'vitest';
import { codesWith, findingsWith } from './cases.ts';

type Case = readonly [name: string, sets: readonly string[], expected: readonly string[]];

/** One test a row: these changes of a sound profile give exactly these findings. */
function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)('%s', (_, sets, expected) => {
      expect(codesWith(sets)).toEqual(expected);
    });
  });
}

const TWO = (first: string, second: string): string[] => [`domus=[${first}, ${second}]`];
const BRIDGES = (...bridges: string[]): string => `host.network={bridges: [${bridges.join(', ')}]}`;
const NAT = BRIDGES('{ mode: nat, addresses: [dhcp4], guests: { addresses: [10.10.0.1/24] } }');
const ROUTED = BRIDGES(
  '{ mode: routed, addresses: [203.0.113.10/32], gateways: [203.0.113.1], onLink: true, dns: [203.0.113.1], guests: { addresses: [10.10.0.1/24, "fd00:10::1/64"] } }',
);

table('names', [
  ['a sound profile has no findings', [], []],
  ['two DomUs of one name', TWO('{ name: a }', '{ name: A }'), ['duplicate-name domus[1].name']],
  ['a DomU called host', ['domus.web1.name=host'], ['reserved-name domus[0].name']],
  ['a DomU called dom0', ['domus.web1.name=Dom0'], ['reserved-name domus[0].name']],
  ['a DomU called Domain-0', ['domus.web1.name=Domain-0'], ['reserved-name domus[0].name']],
  ['a DomU with a slash', ['domus.web1.name=a/b'], ['bad-name domus[0].name']],
  ['a DomU whose name is no host name', ['domus.web1.name=web_1'], ['bad-hostname domus[0].hostname']],
  ['such a name with a host name', ['domus.web1.name=web_1', 'domus[0].hostname=web1'], []],
  ["a DomU with the host's host name", ['domus.web1.hostname=xen1'], ['warning same-hostname domus[0].hostname']],
  ['a host name with an underscore', ['host.hostname=xen_1'], ['bad-hostname host.hostname']],
  ['a host name with an empty part', ['host.hostname=xen1..org'], ['bad-hostname host.hostname']],
  ['a host name that looks like an address', ['host.hostname=192.0.2.1'], ['bad-hostname host.hostname']],
  ['a part of 64 characters', [`host.hostname=${'a'.repeat(64)}`], ['bad-hostname host.hostname']],
  ['localhost', ['host.hostname=localhost'], ['bad-hostname host.hostname']],
  ['a volume group with a blank', ['host.storage.volumeGroup=vg 1'], ['bad-volume-group host.storage.volumeGroup']],
  ['a volume group that is a disk', ['host.storage.volumeGroup=sda'], ['bad-volume-group host.storage.volumeGroup']],
  [
    'a volume group with layout plain does not matter',
    ['host.storage.volumeGroup=sda', 'host.storage.layout=plain', 'host.storage.cache=0'],
    [],
  ],
  [
    'a bridge name of 16 characters',
    [BRIDGES('{ name: abcdefghijklmnop }')],
    ['bad-bridge-name host.network.bridges[0].name'],
  ],
  ['a bridge name of 15 characters', [BRIDGES('{ name: abcdefghijklmno }')], []],
  [
    "a bridge called like a guest's interface",
    [BRIDGES('{ name: vif1.0 }')],
    ['bad-bridge-name host.network.bridges[0].name'],
  ],
  [
    'two bridges of one name',
    [BRIDGES('{ name: br0 }', '{ name: br0 }'), 'domus=[]'],
    ['duplicate-name host.network.bridges[1].name'],
  ],
]);

table('volumes', [
  [
    'names that collide after joining',
    TWO(
      '{ name: a-b, disks: { data: [{ name: c, size: 1G, mount: /srv }] } }',
      '{ name: a, disks: { data: [{ name: b-c, size: 1G, mount: /srv }] } }',
    ),
    ['volume-clash domus[1].disks.data[0].name'],
  ],
  [
    'a data disk called root',
    ['domus.web1.disks={data: [{ name: root, size: 1G, mount: /srv }]}'],
    ['volume-clash domus[0].disks.data[0].name'],
  ],
  [
    'two data disks of one name',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv }, { name: d, size: 1G, mount: /home }]}'],
    ['volume-clash domus[0].disks.data[1].name'],
  ],
  [
    'a name that LVM keeps',
    ['domus.web1.name=snapshot1'],
    ['bad-volume-name domus[0].name', 'bad-volume-name domus[0].name'],
  ],
  [
    'a data disk with a blank',
    ['domus.web1.disks={data: [{ name: a b, size: 1G, mount: /srv }]}'],
    ['bad-name domus[0].disks.data[0].name'],
  ],
  [
    'a data disk of no size',
    ['domus.web1.disks={data: [{ name: d, size: 0, mount: /srv }]}'],
    ['data-size domus[0].disks.data[0].size'],
  ],
  ...['//', '/boot', '/proc', '/etc/x', '/usr', '/var', '/var/lib', '/var/lib/dpkg'].map((mount): Case => [
    `a data disk at ${mount}`,
    [`domus.web1.disks={data: [{ name: d, size: 1G, mount: ${mount} }]}`],
    ['system-mount domus[0].disks.data[0].mount'],
  ]),
  ...['/srv', '/home', '/root', '/var/lib/postgresql', '/var/www', '/opt/'].map((mount): Case => [
    `a data disk at ${mount}`,
    [`domus.web1.disks={data: [{ name: d, size: 1G, mount: ${mount} }]}`],
    [],
  ]),
  [
    'a mount with a blank',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: "/a b" }]}'],
    ['bad-mount domus[0].disks.data[0].mount'],
  ],
  [
    'a mount with ..',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv/../etc }]}'],
    ['bad-mount domus[0].disks.data[0].mount'],
  ],
  [
    'two disks at one place',
    ['domus.web1.disks={data: [{ name: d, size: 1G, mount: /srv }, { name: e, size: 1G, mount: /srv/ }]}'],
    ['duplicate-mount domus[0].disks.data[1].mount'],
  ],
  [
    'more disks than letters',
    [
      `domus.web1.disks={data: [${Array.from({ length: 25 }, (_, index) => `{ name: d${index}, size: 1G, mount: /d${index} }`).join(', ')}]}`,
    ],
    ['many-disks domus[0].disks.data'],
  ],
  ['a /boot without a fixed size', ['host.storage.boot=5%'], ['boot-size host.storage.boot']],
  ['a /boot that is too small', ['host.storage.boot=100M'], ['boot-size host.storage.boot']],
  ['a root that is too small', ['host.storage.root=1G'], ['root-size host.storage.root']],
  [
    "a DomU's root that is too small",
    ['domus.web1.disks={root: { size: 500M }}'],
    ['root-size domus[0].disks.root.size'],
  ],
  ['no swap at all', ['host.storage.swap=0', 'domus.web1.disks={swap: 0}'], []],
  [
    'shares of more than the whole',
    ['host.storage.root=60%', 'domus.web1.disks={root: { size: 40% }}'],
    ['shares-exceed host.storage'],
  ],
  [
    'two that want the rest, one of them the reserve',
    ['host.storage.reserve=rest', 'host.storage.root=rest'],
    ['two-rests host.storage.reserve'],
  ],
  ['guests that may read what was there before', ['host.storage.wipe=none'], ['warning old-bytes host.storage.wipe']],
  ['guests whose disks are files, which are made anew', ['host.storage.wipe=none', 'host.storage.layout=plain'], []],
  ['guests that may not', ['host.storage.wipe=auto'], []],
  [
    'a share of a plain disk',
    ['host.storage.layout=plain', 'domus.web1.disks={swap: 5%}'],
    ['plain-size domus[0].disks'],
  ],
]);

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
    ['uplink-twice host.network.bridges[1].uplinks'],
  ],
  [
    'one uplink in two bridges by one VLAN',
    [BRIDGES('{ uplinks: [{ name: a }], vlan: 5 }', '{ uplinks: [{ name: a }], vlan: 5 }')],
    ['uplink-twice host.network.bridges[1].uplinks'],
  ],
  [
    'one uplink in two bridges by two VLANs',
    [BRIDGES('{ uplinks: [{ name: a }], vlan: 5 }', '{ uplinks: [{ name: a }], vlan: 6 }')],
    [],
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

table('texts', [
  ['a time zone in small letters', ['timezone=europe/berlin'], ['unknown-timezone timezone']],
  ['a time zone that is not there', ['timezone=Europe/Berlim'], ['unknown-timezone timezone']],
  ['an older name of a time zone', ['timezone=US/Pacific'], []],
  ['a language that is no locale', ['language=german'], ['bad-language language']],
  ['a language', ['language=de_DE.UTF-8'], []],
  ['a keyboard with quotes', ['keyboard={layout: "us\\""}'], ['bad-keyboard keyboard.layout']],
  ['a time server that is none', ['host.ntp=[pool.ntp.org, "a b"]'], ['bad-server host.ntp[1]']],
  ['a proxy that is none', ['host.proxy=proxy:3128'], ['bad-url host.proxy']],
  ["a quote on Xen's command line", ['host.xen.options=a "b"'], ['bad-xen-options host.xen.options']],
  ["Dom0's memory on Xen's command line", ['host.xen.options=dom0_mem=4G'], ['own-xen-option host.xen.options']],
  ['a package with capitals', ['host.packages=[Vim]'], ['bad-package host.packages[0]']],
  ['an option as a package', ['domus.web1.packages=[--force]'], ['bad-package domus[0].packages[0]']],
  ['an unknown release', ['host.release=trixi'], ['unknown-release host.release']],
  ['another release for a DomU', ['domus.web1.release=bookworm'], []],
  ['an unknown release for a DomU', ['domus.web1.release=buster'], ['unknown-release domus[0].release']],
  ['no main', ['host.source.components=[contrib]'], ['no-main host.source.components']],
  [
    'a mirror without security updates',
    ['host.source.mirror=http://deb.example.org/debian'],
    ['warning no-security-mirror host.source.mirror'],
  ],
  ['a keyring that lasts', ['host.source.keyring=/etc/apt/keyrings/own.gpg'], []],
  ['a keyring that is gone after the install', ['host.source.keyring=/tmp/own.gpg'], ['bad-path host.source.keyring']],
  [
    'a key of a repository that is gone after the install',
    ['host.source.extra=[{ uri: "http://a.example/", suite: x, components: [main], key: /run/own.gpg }]'],
    ['bad-path host.source.extra[0].key'],
  ],
  ['two keyrings in one', ['host.source.keyring="/etc/a.gpg,/etc/b.gpg"'], ['bad-path host.source.keyring']],
  ['a keyring by a relative path', ['host.source.keyring=key.gpg'], ['bad-path host.source.keyring']],
  [
    'a repository that is no URL',
    ['host.source.extra=[{ uri: example, suite: trixie, components: [main] }]'],
    ['bad-url host.source.extra[0].uri'],
  ],
  [
    'a file twice',
    ['host.files=[{ path: /etc/a, content: x }, { path: /etc/a, content: y }]'],
    ['duplicate-file host.files[1].path'],
  ],
  ['a file in /run', ['domus.web1.files=[{ path: /run/a, content: x }]'], ['bad-path domus[0].files[0].path']],
  ['a folder as a file', ['host.files=[{ path: /etc/, content: x }]'], ['bad-path host.files[0].path']],
  ...['name', 'memory', 'disk', 'vif', 'kernel', 'on_crash'].map((key): Case => [
    `the option ${key} of xl.cfg`,
    [`domus.web1.options={${key}: x}`],
    [`own-option domus[0].options.${key}`],
  ]),
  ['an option that is free', ['domus.web1.options={cpus: "2-3", nestedhvm: 1}'], []],
  ['an option that is no key', ['domus.web1.options={"a b": 1}'], ['bad-option domus[0].options.a b']],
]);

table('types, memory and disks', [
  ['PV by GRUB', ['domus.web1.type=pv', 'domus.web1.boot=grub'], ['boot-type domus[0].boot']],
  ['PV by pygrub', ['domus.web1.type=pv', 'domus.web1.boot=pygrub'], []],
  ['PVH by pygrub', ['domus.web1.type=pvh', 'domus.web1.boot=pygrub'], ['boot-type domus[0].boot']],
  ['auto by pygrub', ['domus.web1.boot=pygrub'], ['boot-type domus[0].boot']],
  ['auto by direct', ['domus.web1.boot=direct'], []],
  ['DomUs without Xen', ['host.hypervisor=none'], ['domus-without-xen domus']],
  ['a plain host', ['host.hypervisor=none', 'domus=[]'], []],
  [
    'settings of Xen without Xen',
    ['host.hypervisor=none', 'domus=[]', 'host.xen.memory=2G'],
    ['xen-without-xen host.xen'],
  ],
  ['too little memory for Dom0', ['host.xen.memory=256M'], ['memory-low host.xen.memory']],
  ['too little memory for a DomU', ['domus.web1.memory=64M'], ['memory-low domus[0].memory']],
  [
    'the largest and the smallest disk',
    ['host.storage.disks=[{ largest: true, smallest: true }]'],
    ['contrary-selector host.storage.disks[0]'],
  ],
  [
    'at least more than at most',
    ['host.storage.disks=[{ minSize: 2T, maxSize: 1T }]'],
    ['contrary-selector host.storage.disks[0].minSize'],
  ],
  ["a disk's path that is none", ['host.storage.disks=[{ path: sda }]'], ['bad-path host.storage.disks[0].path']],
]);

test('every finding says what to do', () => {
  const sets = [
    'host.hostname=a_b',
    'domus.web1.name=dom0',
    'timezone=Mars/North',
    'host.release=sid',
    'host.network={bridges: [{ name: abcdefghijklmnopq, mtu: 600, vlan: 4, uplinks: [] }]}',
    'host.storage.boot=1%',
    'domus[0].boot=pygrub',
  ];
  const findings = findingsWith(sets);
  expect(findings.length).toBeGreaterThan(7);
  expect(findings.filter(({ hint }) => hint === undefined)).toEqual([]);
});
