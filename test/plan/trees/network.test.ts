import { matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../src/plan/build-model.ts';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { domuTree } from '../../../src/plan/domu/domu.ts';
import { hostRoutes } from '../../../src/plan/network/network-guest-side.ts';
import { xlConfig } from '../../../src/plan/domu/xl-config.ts';
import { vlanDevice } from '../../../src/plan/network/links/vlan.ts';
import { imageFacts, profileOf } from '../host.ts';
import { fileIn, has, modelOf } from './model.ts';

const NETWORK = '/etc/systemd/network';
const bridges = (yaml: string): string[] => [`host.network.bridges=${yaml}`];
const NIC = 'enp0s3';

describe('a bridged host', () => {
  const model = modelOf();
  const tree = dom0Tree(model);
  const mac = model.bridges[0]!.mac;

  it('gives the bridge the card’s own MAC and keeps udev from making one up', () => {
    expect(fileIn(tree, `${NETWORK}/10-xenwright-xenbr0.netdev`)).toContain(`MACAddress=${mac}`);
    expect(fileIn(tree, `${NETWORK}/10-xenwright-xenbr0.link`)).toContain('MACAddressPolicy=none');
  });

  it('pins the card by MAC but configures it by name, since the bridge has that MAC too', () => {
    const pin = fileIn(tree, `${NETWORK}/10-xenwright-${NIC}.link`);
    expect(pin).toContain(`MACAddress=${mac}\n`);
    expect(pin).toContain('Kind=!*');
    const port = fileIn(tree, `${NETWORK}/20-xenwright-${NIC}.network`);
    expect(port).toContain(`Name=${NIC}`);
    expect(port).not.toContain('MACAddress');
    expect(port).toContain('Bridge=xenbr0');
  });

  it('leaves no pin and no guard where the profile wants none', () => {
    const free = dom0Tree(modelOf(['host.network.pinNics=false']));
    expect(has(free, `${NETWORK}/10-xenwright-${NIC}.link`)).toBe(false);
    expect(has(free, '/usr/lib/xenwright/uplink')).toBe(false);
  });

  it('waits for the bridge alone, and not for ever', () => {
    expect(fileIn(tree, '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-xenwright.conf')).toContain(
      '--interface=xenbr0:routable --timeout=60',
    );
  });

  it('is told its lease by MAC, so that it keeps it', () => {
    const file = fileIn(tree, `${NETWORK}/30-xenwright-xenbr0.network`);
    expect(file).toContain('DHCP=ipv4');
    expect(file).toContain('ClientIdentifier=mac');
    expect(file).toContain('IPv6AcceptRA=yes');
  });

  it('forwards nothing and filters nothing', () => {
    expect(fileIn(tree, '/etc/sysctl.d/60-xenwright.conf')).not.toContain('ip_forward');
    expect(has(tree, '/etc/xenwright/firewall.nft')).toBe(false);
  });
});

describe('name servers', () => {
  const on = (mode: string): string[] => [
    `host.network={bridges: [{ ${mode}, addresses: [192.0.2.10/24], dns: [127.0.0.1, 192.0.2.53], guests: { addresses: [10.10.0.1/24] } }]}`,
    'domus.web1.network=[{ addresses: [10.10.0.20/24] }]',
  ];

  it('on the host’s own loopback are the host’s alone', () => {
    const model = modelOf(on('mode: nat'));
    expect(fileIn(domuTree(model, model.domus[0]!), `${NETWORK}/20-xenwright-0.network`).match(/^DNS=.*$/gm)).toEqual([
      'DNS=192.0.2.53',
    ]);
    const bridge = fileIn(dom0Tree(model), `${NETWORK}/30-xenwright-xenbr0.network`);
    expect(bridge.slice(bridge.indexOf('[DHCPServer]'))).not.toContain('127.0.0.1');
  });
});

describe('interfaces of guests', () => {
  it('are left alone by networkd under the names that they get here', () => {
    const model = modelOf(['domus.web1.network=[{ addresses: [192.0.2.20/24], antispoof: true }]']);
    const [, name = ''] = /vifname=(\w+)/.exec(xlConfig(model, model.domus[0]!)) ?? [];
    const [, patterns = ''] =
      /^Name=(.*)$/m.exec(fileIn(dom0Tree(model), `${NETWORK}/05-xenwright-guests.network`)) ?? [];
    expect(patterns.split(' ').some((one) => matchesGlob(name, one))).toBe(true);
  });
});

describe('a host that is installed from a rescue system', () => {
  // As the kernel has named them there; on the host itself both may come in another order, with other names.
  const card = { driver: 'igb', carrier: true, speedMbit: 1000 };
  const facts = {
    ...imageFacts(),
    kind: 'machine' as const,
    nics: [
      { ...card, name: 'eth0', mac: '52:54:00:00:00:0A', pci: '0000:02:00.0' },
      { ...card, name: 'eth1', mac: '52:54:00:00:00:0b', pci: '0000:03:00.0' },
    ],
  };
  const treeOf = (changes: readonly string[]) => dom0Tree(buildModel(profileOf(changes), facts).model);

  it('takes the card that has the name there, by its MAC, and gives it a name that no kernel gives', () => {
    const tree = treeOf(
      bridges('[{ name: xenbr0, uplinks: [{ name: eth1 }] }, { name: xenbr1, uplinks: [{ name: eth0 }] }]'),
    );
    const pin = fileIn(tree, `${NETWORK}/10-xenwright-nic1.link`);
    expect(pin).toContain('MACAddress=52:54:00:00:00:0b\n');
    expect(pin).toContain('Name=nic1');
    expect(fileIn(tree, `${NETWORK}/20-xenwright-nic1.network`)).toMatch(/Name=nic1\n[^]*Bridge=xenbr0/);
    expect(fileIn(tree, `${NETWORK}/20-xenwright-nic0.network`)).toMatch(/Name=nic0\n[^]*Bridge=xenbr1/);
    expect(fileIn(tree, `${NETWORK}/10-xenwright-xenbr0.netdev`)).toContain('MACAddress=52:54:00:00:00:0b');
    expect(
      tree.files
        .filter(({ content }) => typeof content === 'string' && /\beth\d/.test(content))
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('tags VLANs on the card by that name, too', () => {
    const tree = treeOf(bridges('[{ name: xenbr0, uplinks: [{ name: eth1 }], vlan: 7 }]'));
    expect(fileIn(tree, `${NETWORK}/20-xenwright-nic1.network`)).toContain('VLAN=nic1.7');
  });

  it('keeps a name by place as it is', () => {
    expect(
      buildModel(profileOf([]), { ...facts, nics: [{ ...facts.nics[0]!, name: 'eno1' }] }).model.bridges[0]?.uplinks,
    ).toEqual([{ name: 'eno1', mac: '52:54:00:00:00:0a', match: { MACAddress: '52:54:00:00:00:0a' } }]);
  });

  it('knows two cards that have the same MAC by their places, and not at all where they share that, too', () => {
    const twins = facts.nics.map((nic) => ({ ...nic, mac: '52:54:00:00:00:0a' }));
    const uplinks = (nics: typeof twins) =>
      buildModel(profileOf(bridges('[{ uplinks: [{ name: eth0 }] }, { uplinks: [{ name: eth1 }], addresses: [] }]')), {
        ...facts,
        nics,
      }).model.bridges.flatMap((bridge) => bridge.uplinks.map(({ name, match }) => [name, match]));
    expect(uplinks(twins)).toEqual([
      ['nic0', { Path: 'pci-0000:02:00.0 pci-0000:02:00.0-*' }],
      ['nic1', { Path: 'pci-0000:03:00.0 pci-0000:03:00.0-*' }],
    ]);
    expect(uplinks(twins.map((nic) => ({ ...nic, pci: '0000:02:00.0' })))).toEqual([
      ['eth0', null],
      ['eth1', null],
    ]);
  });
});

describe('addresses', () => {
  it('may lie outside the gateway’s network when the profile says so', () => {
    const tree = dom0Tree(
      modelOf(
        bridges(
          '[{ name: xenbr0, addresses: [192.0.2.10/32, "2001:db8::2/64"], gateways: [203.0.113.1, "fe80::1"], onLink: true, dns: [192.0.2.53], routes: [{ to: 10.0.0.0/8, via: 192.0.2.254 }], mtu: 9000 }]',
        ),
      ),
    );
    const file = fileIn(tree, `${NETWORK}/30-xenwright-xenbr0.network`);
    expect(file).toContain('Address=192.0.2.10/32\nAddress=2001:db8::2/64\nDHCP=no');
    expect(file).toContain('[Route]\nGateway=203.0.113.1\nGatewayOnLink=yes');
    expect(file).toContain('[Route]\nGateway=fe80::1\nGatewayOnLink=yes');
    expect(file).toContain('Destination=10.0.0.0/8\nGateway=192.0.2.254');
    expect(file).toContain('MTUBytes=9000');
    expect(fileIn(tree, `${NETWORK}/20-xenwright-${NIC}.network`)).toContain('MTUBytes=9000');
    expect(fileIn(tree, '/etc/hosts')).toContain('192.0.2.10 xen1.example.org xen1');
  });
});

describe('several default routes', () => {
  const two = (first: string, second: string): string[] =>
    bridges(
      `[{ uplinks: [{ name: ${NIC} }], vlan: 5, ${first} }, { uplinks: [{ name: ${NIC} }], vlan: 6, ${second} }]`,
    );
  const files = (changes: string[]): string[] => {
    const tree = dom0Tree(modelOf(changes));
    return ['xenbr0', 'xenbr1'].map((name) => fileIn(tree, `${NETWORK}/30-xenwright-${name}.network`));
  };

  it('have metrics: the first bridge leads, the second where that is gone', () => {
    const [first, second] = files(
      two(
        'addresses: [192.0.2.10/24, "2001:db8::2/64"], gateways: [192.0.2.1, "2001:db8::1"]',
        'addresses: [198.51.100.10/24, slaac], gateways: [198.51.100.1]',
      ),
    );
    expect(first).not.toContain('Metric');
    expect(second).toContain('[Route]\nGateway=198.51.100.1\nMetric=4096\n');
    expect(second).toMatch(/\[IPv6AcceptRA\]\n[^[]*RouteMetric=4096\n/);
  });

  it('that networks tell come after one that is written down', () => {
    const [first, second] = files(two('addresses: [dhcp4]', 'addresses: [198.51.100.10/24], gateways: [198.51.100.1]'));
    expect(first).toMatch(/\[DHCPv4\]\n[^[]*RouteMetric=4096\n/);
    expect(second).not.toContain('Metric');
  });

  it('are left as they are where there is one', () => {
    const [first, second] = files(two('addresses: [dhcp4, slaac]', 'addresses: [198.51.100.10/24]'));
    expect(`${first}${second}`).not.toContain('Metric');
  });

  it('have metrics in a DomU, too', () => {
    const model = modelOf(['domus.web1.network=[{}, {}]']);
    const tree = domuTree(model, model.domus[0]!);
    expect(fileIn(tree, `${NETWORK}/20-xenwright-0.network`)).not.toContain('Metric');
    expect(fileIn(tree, `${NETWORK}/20-xenwright-1.network`)).toMatch(/\[DHCPv4\]\n[^[]*RouteMetric=4096\n/);
  });
});

describe('VLANs', () => {
  it('lie under their bridges, several on one card', () => {
    const tree = dom0Tree(
      modelOf(
        bridges(
          `[{ name: xenbr0, uplinks: [{ name: ${NIC} }], vlan: 20 }, { name: xenbr1, uplinks: [{ name: ${NIC} }], vlan: 30, addresses: [] }]`,
        ),
      ),
    );
    expect(fileIn(tree, `${NETWORK}/20-xenwright-${NIC}.network`)).toContain(`VLAN=${NIC}.20\nVLAN=${NIC}.30`);
    expect(fileIn(tree, `${NETWORK}/15-xenwright-${NIC}.20.netdev`)).toContain('[VLAN]\nId=20');
    expect(fileIn(tree, `${NETWORK}/25-xenwright-${NIC}.30.network`)).toContain('Bridge=xenbr1');
    expect(fileIn(tree, `${NETWORK}/30-xenwright-xenbr1.network`)).toContain('LinkLocalAddressing=no');
  });

  it('have names that the kernel takes', () => {
    expect(vlanDevice('enp0s31f6', 20)).toBe('enp0s31f6.20');
    expect(vlanDevice('enx0123456789ab', 20)).toBe('enx0123-682f.20');
  });

  it('have names of their own on cards with long names, also where these begin alike', () => {
    const cards = ['enp175s0f0np0', 'enp175s0f1np1', 'enp175s0f2np2', 'enp175s0f3np3', 'enx0123456789ab'];
    const names = cards.flatMap((card) => [1, 10, 100, 1000, 4094].map((id) => vlanDevice(card, id)));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.length > 15)).toEqual([]);
  });
});

describe('a nat bridge', () => {
  const model = modelOf(
    bridges(
      '[{ name: xenbr0, mode: nat, dns: [192.0.2.53], guests: { addresses: [10.10.0.1/24, "fd00:10::1/64"], dhcp: true } }]',
    ),
  );
  const tree = dom0Tree(model);

  it('has no port: the card bears the host’s addresses', () => {
    expect(fileIn(tree, `${NETWORK}/20-xenwright-${NIC}.network`)).toContain('DHCP=ipv4');
    expect(fileIn(tree, `${NETWORK}/20-xenwright-${NIC}.network`)).not.toContain('Bridge=');
    expect(fileIn(tree, `${NETWORK}/30-xenwright-xenbr0.network`)).toContain('Address=10.10.0.1/24');
    expect(fileIn(tree, '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-xenwright.conf')).toContain(
      `--interface=${NIC}:routable`,
    );
  });

  it('hands out addresses, forwards and masquerades', () => {
    const file = fileIn(tree, `${NETWORK}/30-xenwright-xenbr0.network`);
    expect(file).toContain('[DHCPServer]\nPoolOffset=100');
    expect(file).toContain('[IPv6Prefix]\nPrefix=fd00:10::/64');
    expect(fileIn(tree, '/etc/sysctl.d/60-xenwright.conf')).toContain('net.ipv4.ip_forward = 1');
    expect(fileIn(tree, '/etc/xenwright/firewall.nft')).toContain('iifname "xenbr0" oifname != "xenbr0" masquerade');
    expect(tree.enableUnits).toContain('xenwright-firewall.service');
  });
});

describe('a routed bridge', () => {
  const model = modelOf([
    ...bridges(
      '[{ name: xenbr0, mode: routed, addresses: [192.0.2.10/32], gateways: [203.0.113.1], onLink: true, guests: { addresses: [192.0.2.10/32, "2001:db8:1::1/64"], dhcp: false } }]',
    ),
    'domus.web1.network=[{ bridge: xenbr0, addresses: [198.51.100.7/32, "2001:db8:1::7/64"] }]',
  ]);

  it('has a route to every address outside its own networks', () => {
    expect(hostRoutes(model, model.bridges[0]!)).toEqual(['198.51.100.7/32']);
    expect(fileIn(dom0Tree(model), `${NETWORK}/30-xenwright-xenbr0.network`)).toContain(
      'Destination=198.51.100.7/32\nScope=link',
    );
    expect(fileIn(dom0Tree(model), `${NETWORK}/20-xenwright-${NIC}.network`)).toContain(
      'IPv4ProxyARP=yes\nIPv6ProxyNDPAddress=2001:db8:1::7',
    );
  });

  it('is its guests’ gateway, on-link for a single address', () => {
    const file = fileIn(domuTree(model, model.domus[0]!), `${NETWORK}/20-xenwright-0.network`);
    expect(file).toContain('Gateway=192.0.2.10\nGatewayOnLink=yes');
    expect(file).toContain('Gateway=2001:db8:1::1\nGatewayOnLink=yes');
  });
});

describe('a guest', () => {
  it('knows its card by MAC', () => {
    const model = modelOf();
    expect(fileIn(domuTree(model, model.domus[0]!), `${NETWORK}/20-xenwright-0.network`)).toContain(
      `[Match]\nMACAddress=${model.domus[0]!.macs[0]}`,
    );
  });

  it('that must not spoof sends only from its own MAC and fixed addresses', () => {
    const model = modelOf([
      'domus.web1.network=[{ bridge: xenbr0, addresses: [192.0.2.20/24], gateways: [192.0.2.1], antispoof: true }]',
    ]);
    const rules = fileIn(dom0Tree(model), '/etc/xenwright/firewall.nft');
    const [vif = '', emulated = ''] = [...rules.matchAll(/"(xw[^"]+)"/g)].map(([, name]) => name);
    expect(emulated).toBe(`${vif}-emu`);
    expect(emulated.length).toBeLessThanOrEqual(15);
    expect(xlConfig(model, model.domus[0]!)).toContain(`bridge=xenbr0,vifname=${vif}`);
    expect(rules).toContain(`ether saddr != ${model.domus[0]!.macs[0]} drop`);
    expect(rules).toContain('ip saddr != { 0.0.0.0, 192.0.2.20 } drop');
  });
});
