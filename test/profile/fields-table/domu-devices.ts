/** A guest's disks and interfaces. */
import { yesOrNo, type FieldRows } from './row.ts';

const disk = (fields: string): string => `domus.web1.disks={data: [{ ${fields} }]}`;
const nic = (fields: string): string => `domus.web1.network=[{ ${fields} }]`;
const GUEST = 'web1:20-xenwright-0.network';
const CFG = 'xen/web1.cfg';
const COMING = 'the feature is not supported yet';

export const domuDeviceRows: FieldRows = {
  'Domu.disks.root.size': {
    put: 'domus.web1.disks={root: { size: @ }}',
    wrong: [
      ['4', 'invalid-format'],
      ['500M', 'root-size'],
      ['0', 'root-size'],
      ['4g', 'invalid-format'],
      ['1T', 'disk-too-small'],
      ['0%', 'root-size'],
    ],
    right: [
      ['1.1GB', 'plan', 'web1/volume/web1-root 1052'],
      ['10%', 'plan', 'web1/volume/web1-root'],
      ['rest', 'plan', 'web1/volume/web1-root'],
    ],
  },
  'Domu.disks.root.filesystem': {
    put: 'domus.web1.disks={root: { filesystem: @ }}',
    wrong: [
      ['ext3', 'invalid-value'],
      ['Ext4', 'invalid-value'],
      ['btrfs', 'not-supported-yet'],
    ],
    right: [['ext4', 'web1:/etc/fstab', ' / ext4 ']],
    few: 'others are not supported yet',
  },
  'Domu.disks.swap': {
    put: 'domus.web1.disks={swap: @}',
    wrong: [
      ['512', 'invalid-format'],
      ['none', 'invalid-format'],
      ['false', 'invalid-type'],
      ['512m', 'invalid-format'],
    ],
    right: [
      ['0', CFG, 'web1-root,raw,xvda,rw'],
      ['"0"', CFG, 'web1-root,raw,xvda,rw'],
      ['0M', CFG, 'web1-root,raw,xvda,rw'],
      ['1.5G', 'plan', 'web1/volume/web1-swap 1536'],
      ['1%', 'plan', 'web1/volume/web1-swap'],
    ],
  },
  'Domu.disks.data.name': {
    put: disk('name: @, size: 1G, mount: /srv'),
    wrong: [
      ['my data', 'bad-name'],
      ['root', 'volume-clash'],
      ['swap', 'volume-clash'],
      ['-d', 'bad-name'],
      ['a/b', 'bad-name'],
      ['1', 'invalid-type'],
    ],
    right: [
      ['d', CFG, '/web1-d,raw,xvdc,rw'],
      ['A_b+c.d-e', CFG, '/web1-A_b+c.d-e,raw,xvdc,rw'],
      ['"1"', CFG, '/web1-1,raw,xvdc,rw'],
    ],
  },
  'Domu.disks.data.size': {
    put: disk('name: d, size: @, mount: /srv'),
    wrong: [
      ['0', 'data-size'],
      ['1', 'invalid-format'],
      ['0%', 'data-size'],
      ['0M', 'data-size'],
      ['1gb', 'invalid-format'],
    ],
    right: [
      ['1.5G', 'plan', 'web1/volume/web1-d 1536'],
      ['20GB', 'plan', 'web1/volume/web1-d'],
      ['rest', 'plan', 'web1/volume/web1-d'],
      ['5 %', 'plan', 'web1/volume/web1-d'],
    ],
  },
  'Domu.disks.data.mount': {
    put: disk('name: d, size: 1G, mount: @'),
    wrong: [
      ['srv', 'invalid-format'],
      ['/a b', 'bad-mount'],
      ['/srv/../etc', 'bad-mount'],
      ['/', 'invalid-format'],
      ['/etc', 'system-mount'],
      ['/var', 'system-mount'],
      ['/srv//a', 'bad-mount'],
      [`/${'a'.repeat(256)}`, 'bad-mount'],
      ['"/srv\\tx"', 'bad-mount'],
    ],
    right: [
      ['/srv/', 'web1:/etc/fstab', ' /srv ext4 '],
      ['/var/lib/postgresql', 'web1:/etc/fstab', ' /var/lib/postgresql ext4 '],
      ['/srv/#1', 'web1:/etc/fstab', ' /srv/#1 ext4 '],
      ['/ä', 'web1:/etc/fstab', ' /ä ext4 '],
      ['/home/%i', 'web1:/etc/fstab', ' /home/%i ext4 '],
    ],
  },
  'Domu.disks.data.filesystem': {
    put: disk('name: d, size: 1G, mount: /srv, filesystem: @'),
    wrong: [
      ['ntfs', 'invalid-value'],
      ['ext-4', 'invalid-value'],
      ['xfs', 'not-supported-yet'],
    ],
    right: [['ext4', 'web1:/etc/fstab', ' /srv ext4 ']],
    few: 'others are not supported yet',
  },
  'Domu.network.bridge': {
    put: nic('bridge: @'),
    wrong: [
      ['xenbr1', 'unknown-bridge'],
      ['XENBR0', 'unknown-bridge'],
      ['0', 'invalid-type'],
    ],
    right: [['xenbr0', CFG, 'bridge=xenbr0']],
    few: 'the right ones are the bridges of the host',
  },
  'Domu.network.mac': {
    put: nic('mac: @'),
    wrong: [
      ['ff:ff:ff:ff:ff:ff', 'bad-mac'],
      ['01:00:5e:00:00:01', 'bad-mac'],
      ['00:00:00:00:00:00', 'bad-mac'],
      ['00:16:3e:00:00', 'invalid-format'],
      ['00:16:3e:00:00:0', 'invalid-format'],
      ['random', 'invalid-format'],
      ['52:54:00:12:34:56', 'duplicate-mac'],
    ],
    right: [
      ['00-16-3E-0A-0B-0C', CFG, 'mac=00:16:3e:0a:0b:0c'],
      ['"00163e0a0b0c"', CFG, 'mac=00:16:3e:0a:0b:0c'],
      ['0016.3e0a.0b0c', CFG, 'mac=00:16:3e:0a:0b:0c'],
      ['02:00:00:00:00:01', GUEST, 'MACAddress=02:00:00:00:00:01'],
    ],
  },
  'Domu.network.vlan': {
    put: nic('vlan: @'),
    wrong: [
      ['0', 'too-small'],
      ['4095', 'too-big'],
      ['12', 'not-supported-yet'],
    ],
    right: [['null', CFG, 'bridge=xenbr0']],
    few: COMING,
  },
  'Domu.network.addresses': {
    put: nic('addresses: [@]'),
    wrong: [
      ['10.0.0.1/33', 'bad-address'],
      ['10.0.0.9', 'bad-address'],
      ['10.0.0.0/24', 'unusable-address'],
      ['dhcp', 'bad-address'],
      ['10.0.0.9/24, 10.0.0.9/24', 'duplicate-address'],
    ],
    right: [
      ['10.0.0.9/31', GUEST, 'Address=10.0.0.9/31'],
      ['10.0.0.9/32', GUEST, 'Address=10.0.0.9/32'],
      ['"fd00::9/64", dhcp4', GUEST, 'Address=fd00::9/64'],
      ['', GUEST, 'LinkLocalAddressing=no'],
    ],
  },
  'Domu.network.gateways': {
    put: nic('addresses: [192.0.2.20/24, "2001:db8::20/64"], gateways: [@]'),
    wrong: [
      ['192.0.3.1', 'gateway-unreachable'],
      ['192.0.2.20', 'gateway-is-self'],
      ['192.0.2.255', 'unusable-address'],
      ['192.0.2.1/24', 'bad-address'],
    ],
    right: [
      ['192.0.2.1', GUEST, 'Gateway=192.0.2.1'],
      ['"fe80::1"', GUEST, 'Gateway=fe80::1'],
      ['192.0.2.1, "2001:db8::1"', GUEST, 'Gateway=2001:db8::1'],
    ],
  },
  'Domu.network.onLink': yesOrNo(nic('addresses: [192.0.2.20/32], gateways: [192.0.2.1], onLink: @'), [
    ['true', GUEST, 'GatewayOnLink=yes'],
  ]),
  'Domu.network.dns': {
    put: nic('dns: [@]'),
    wrong: [
      ['ns1', 'bad-address'],
      ['1.1.1.1/32', 'bad-address'],
      ['0.0.0.0', 'unusable-address'],
    ],
    right: [
      ['1.1.1.1', GUEST, 'DNS=1.1.1.1'],
      ['"2001:db8::53"', GUEST, 'DNS=2001:db8::53'],
      ['127.0.0.1', GUEST, 'DNS=127.0.0.1'],
    ],
  },
  'Domu.network.antispoof': yesOrNo(nic('addresses: [192.0.2.20/24, "2001:DB8::20/64"], antispoof: @'), [
    ['true', 'firewall.nft', '192.0.2.20'],
    ['false', CFG, 'bridge=xenbr0'],
  ]),
};
