/** A mode and a kind of link that only this test has, each one object and one row: nothing else is told of them. */
import { expect, test, vi } from 'vitest';
import { hostFirewall } from '../../../src/plan/network/firewall.ts';
import { NETWORKD, type NetworkLink } from '../../../src/plan/network/links/link.ts';
import type { NetworkMode } from '../../../src/plan/network/modes/mode.ts';
import { addressDevice, hostNetwork } from '../../../src/plan/network/network-host.ts';
import { guestNetwork } from '../../../src/plan/network/network-guest.ts';
import { networkPicture } from '../../../src/plan/formats/host-pictures.ts';
import type { HostModel } from '../../../src/plan/model.ts';
import type { BridgeSettings } from '../../../src/profile/effective.ts';
import { fileIn, has, modelOf } from '../trees/model.ts';

const { secluded, team } = vi.hoisted((): { readonly secluded: NetworkMode; readonly team: NetworkLink } => ({
  /** Guests reach Dom0 and each other, and nobody else. */
  secluded: {
    hasOwnNetwork: true,
    isForwarding: false,
    answersForGuests: false,
    bridge: (_, { settings }) => ({
      addressing: { addresses: settings.guests?.addresses ?? [], gateways: [], onLink: false, routes: [], dns: [] },
      isWaitedFor: false,
      network: { ConfigureWithoutCarrier: true },
      more: '',
    }),
    uplink: (_, { settings }) => ({ addressing: settings, isWaitedFor: true, network: {}, more: '' }),
    leaving: (name) => [`iifname "${name}" drop`],
  },

  /** Several uplinks as one. */
  team: {
    order: 22,
    devices: ({ settings }) => (settings.bond === null ? [] : [`team-${settings.bond.mode.slice(0, 6)}`]),
    entry: () => 'Bond',
    files: ({ name }) => [
      {
        path: `${NETWORKD}/12-xenwright-${name}.netdev`,
        mode: '0644',
        owner: 'root:root',
        content: `[NetDev]\nName=${name}\nKind=bond\n`,
      },
    ],
  },
}));

vi.mock(import('../../../src/plan/network/modes/modes.ts'), async (original) => {
  const whole = await original();
  Object.assign(whole.modes, { secluded });
  return whole;
});
vi.mock(import('../../../src/plan/network/links/links.ts'), async (original) => {
  const [card, ...others] = (await original()).links;
  return { links: card === undefined ? [] : [card, team, ...others] };
});

const CARDS = [
  { name: 'eno1', mac: '52:54:00:00:00:01' },
  { name: 'eno2', mac: '52:54:00:00:00:02' },
];

/** The host of the other tests, its bridges with these settings, and its guest at the first of them. */
function hostWith(
  ...settings: readonly (Partial<Omit<BridgeSettings, 'mode'>> & { readonly mode?: string })[]
): HostModel {
  const model = modelOf(['domus.web1.network=[{ bridge: xenbr0, addresses: [10.9.0.7/24] }]']);
  const [usual] = model.bridges;
  if (usual === undefined) throw new Error('no bridge');
  const bridges = settings.map((one) => ({
    mac: '52:54:00:00:00:01',
    uplinks: CARDS.map((card) => ({ ...card, match: { MACAddress: card.mac } })),
    settings: { ...usual.settings, bond: { mode: 'active-backup' as const }, ...one } as BridgeSettings,
  }));
  return { ...model, bridges };
}

const networkOf = (model: HostModel, name: string): string => fileIn(hostNetwork(model), `${NETWORKD}/${name}`);

test('a kind of link lies between the cards and what is above it', () => {
  const model = hostWith({ name: 'xenbr0', mtu: 9000 });
  for (const { name, mac } of CARDS) {
    expect(networkOf(model, `20-xenwright-${name}.network`)).toBe(
      `[Match]\nName=${name}\n\n[Link]\nMTUBytes=9000\nRequiredForOnline=no\n\n[Network]\nDHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=no\nBond=team-active\n`,
    );
    expect(networkOf(model, `10-xenwright-${name}.link`)).toContain(`MACAddress=${mac}\n`);
  }
  expect(networkOf(model, '12-xenwright-team-active.netdev')).toContain('Kind=bond');
  expect(networkOf(model, '22-xenwright-team-active.network')).toContain('LinkLocalAddressing=no\nBridge=xenbr0\n');
  expect(networkOf(model, '30-xenwright-xenbr0.network')).toContain('DHCP=ipv4');
});

test('every card is watched, and only the bridge is waited for', () => {
  const tree = hostNetwork(hostWith({ name: 'xenbr0' }));
  expect(fileIn(tree, '/etc/systemd/system/xenwright-uplink.service')).toContain(
    '/usr/lib/xenwright/uplink eno1 eno2\n',
  );
  expect(fileIn(tree, '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-xenwright.conf')).toContain(
    '--interface=xenbr0:routable',
  );
});

test('VLANs of several bridges lie on one device of that kind, whose files are written once', () => {
  const model = hostWith({ name: 'xenbr0', vlan: 7, mtu: 1400 }, { name: 'xenbr1', vlan: 8, mtu: 9000 });
  const paths = hostNetwork(model).files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  expect(paths.slice(6, 16)).toEqual([
    '10-xenwright-eno1.link',
    '20-xenwright-eno1.network',
    '12-xenwright-team-active.netdev',
    '22-xenwright-team-active.network',
    '15-xenwright-team-active.7.netdev',
    '25-xenwright-team-active.7.network',
    '15-xenwright-team-active.8.netdev',
    '25-xenwright-team-active.8.network',
    '10-xenwright-eno2.link',
    '20-xenwright-eno2.network',
  ]);
  expect(networkOf(model, '22-xenwright-team-active.network')).toContain('VLAN=team-active.7\nVLAN=team-active.8\n');
  expect(networkOf(model, '22-xenwright-team-active.network')).toContain('MTUBytes=9000');
  expect(networkOf(model, '15-xenwright-team-active.7.netdev')).toBe(
    '[NetDev]\nName=team-active.7\nKind=vlan\nMTUBytes=1400\n\n[VLAN]\nId=7\n',
  );
  expect(networkOf(model, '20-xenwright-eno1.network').match(/^Bond=.*$/gm)).toEqual(['Bond=team-active']);
});

test('several uplinks that nothing joins are no plan', () => {
  expect(() => hostNetwork(hostWith({ name: 'xenbr0', bond: null }))).toThrow(
    'xenbr0 has several uplinks, and nothing joins eno1 and eno2',
  );
});

test('a mode decides where addresses are, what is forwarded and what is filtered', () => {
  const model = hostWith({ name: 'xenbr0', mode: 'secluded', guests: { addresses: ['10.9.0.1/24'], dhcp: false } });
  const tree = hostNetwork(model);
  expect(addressDevice(model.bridges[0]!)).toBe('team-active');
  expect(networkOf(model, '22-xenwright-team-active.network')).toContain('DHCP=ipv4');
  expect(networkOf(model, '22-xenwright-team-active.network')).not.toContain('Bridge=');
  expect(networkOf(model, '30-xenwright-xenbr0.network')).toBe(
    '[Match]\nName=xenbr0\n\n[Link]\nRequiredForOnline=no\n\n[Network]\nAddress=10.9.0.1/24\nDHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=ipv6\nConfigureWithoutCarrier=yes\n',
  );
  expect(fileIn(tree, '/etc/sysctl.d/60-xenwright.conf')).not.toContain('ip_forward');
  expect(fileIn(hostFirewall(model), '/etc/xenwright/firewall.nft')).toContain('\t\tiifname "xenbr0" drop\n');
  expect(fileIn(guestNetwork(model, model.domus[0]!), `${NETWORKD}/20-xenwright-0.network`)).toContain(
    'Gateway=10.9.0.1\n',
  );
});

test('a mode without a network of its own leaves guests to the one outside', () => {
  const model = hostWith({ name: 'xenbr0', mode: 'bridged', guests: { addresses: ['10.9.0.1/24'], dhcp: false } });
  expect(has(hostFirewall(model), '/etc/xenwright/firewall.nft')).toBe(false);
  expect(fileIn(guestNetwork(model, model.domus[0]!), `${NETWORKD}/20-xenwright-0.network`)).not.toContain('Gateway=');
});

test('a picture shows the bridge of such a mode beside the uplink', () => {
  const bridge = {
    name: 'xenbr0',
    uplinks: ['eno1', 'eno2'],
    vlan: null,
    mac: '52:54:00:00:00:01',
    addresses: ['192.0.2.10/24'],
    gateways: [],
    guests: ['10.9.0.1/24'],
    ports: [],
  };
  expect(networkPicture({ ...bridge, mode: 'secluded' as 'nat' })).toEqual([
    '  eno1 + eno2  192.0.2.10/24',
    '  `-- secluded --- xenbr0  52:54:00:00:00:01  10.9.0.1/24',
  ]);
});
