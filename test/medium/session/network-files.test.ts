import { expect, it } from 'vitest';
import {
  addressLines,
  hasCarrier,
  isUp,
  leasedSource,
  networkFiles,
  resolvConf,
  vlanFiles,
} from '../../../src/medium/session/network-files.ts';

it('asks on every NIC at once, for the profile too', () => {
  const [file] = networkFiles({ ip: null, vlan: null });
  expect(file?.content).toContain('Type=ether\nKind=!*');
  expect(file?.content).toContain('DHCP=yes');
  expect(file?.content).toContain('RequestOptions=224');
});

it('takes a static address in place of DHCP', () => {
  const content = networkFiles({
    ip: { address: '192.0.2.5', prefix: 24, gateway: '192.0.2.1', dns: ['192.0.2.2'] },
    vlan: null,
  })[0]?.content;
  expect(content).toContain('Address=192.0.2.5/24\nGateway=192.0.2.1\nDNS=192.0.2.2');
  expect(content).not.toContain('DHCP');
});

it('gives every NIC a tagged device of its own, and addresses to those alone', () => {
  expect(vlanFiles(['enp1s0', 'enp2s0'], 12).map(({ content }) => content)).toEqual([
    expect.stringContaining('Name=xw-vlan0\nKind=vlan'),
    expect.stringContaining('Name=enp1s0\n\n[Network]\nVLAN=xw-vlan0'),
    expect.stringContaining('Id=12'),
    expect.stringContaining('Name=enp2s0'),
  ]);
  expect(networkFiles({ ip: null, vlan: 12 }).map(({ content }) => content.includes('DHCP=yes'))).toEqual([
    true,
    false,
  ]);
});

it('reads the SOURCE from a lease, and nothing from a garbled one', () => {
  expect(
    leasedSource(`ADDRESS=192.0.2.7\nOPTION_224=${Buffer.from('http://a.example/h.yaml').toString('hex')}\n`),
  ).toBe('http://a.example/h.yaml');
  for (const lease of ['ADDRESS=192.0.2.7\n', 'OPTION_224=zz\n', 'OPTION_224=0a07\n'])
    expect(leasedSource(lease)).toBeNull();
});

it('knows which links are up, and which have a cable', () => {
  const state = (oper: string, v4: string): string =>
    `ADMIN_STATE=configured\nOPER_STATE=${oper}\nIPV4_ADDRESS_STATE=${v4}\nIPV6_ADDRESS_STATE=degraded\n`;
  expect([state('routable', 'routable'), state('degraded', 'off'), state('no-carrier', 'off')].map(isUp)).toEqual([
    true,
    false,
    false,
  ]);
  expect(
    [state('routable', 'routable'), state('degraded', 'off'), state('no-carrier', 'off'), ''].map(hasCarrier),
  ).toEqual([true, true, false, false]);
});

it('writes resolv.conf from what networkd has learnt', () => {
  expect(resolvConf('OPER_STATE=routable\nDNS=192.0.2.2 192.0.2.3#dns.example\nDOMAINS=a.example\n')).toBe(
    'nameserver 192.0.2.2\nnameserver 192.0.2.3\nsearch a.example\n',
  );
});

it('tells addresses, and nothing else of what ip says of them', () => {
  const brief =
    'lo               UNKNOWN        127.0.0.1/8 ::1/128\nenp0s1           UP             192.0.2.5/24 metric 1024 2001:db8::5/64\nenp0s2           DOWN\nxw-vlan0@enp0s3  UP             198.51.100.7/24\n';
  expect(addressLines(brief)).toEqual(['enp0s1 192.0.2.5/24 2001:db8::5/64', 'xw-vlan0 198.51.100.7/24']);
});
