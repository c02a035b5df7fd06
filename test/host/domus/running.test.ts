/** What runs on a host and what is known of it, whoever made it; all that is read there is data. */
import { expect, test } from 'vitest';
import {
  guestAddresses,
  parseXlConfig,
  readKnown,
  readRunning,
  type HostPort,
} from '../../../src/host/domus/running.ts';

const HEAD = 'Name                                        ID   Mem VCPUs\tState\tTime(s)\n';
const DOM0 = 'Domain-0                                     0  1024     2     r-----     100.1\n';

interface Seen {
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly list?: string;
  readonly store?: string;
  readonly asked?: string[];
}
function portOf({ files = {}, links = {}, list, store, asked = [] }: Seen): HostPort {
  const all: Readonly<Record<string, string>> = { '/proc/xen/capabilities': 'control_d\n', ...files };
  return {
    read: async (path) => all[path] ?? null,
    readHex: async () => null,
    link: async (path) => links[path] ?? null,
    run: async () => null,
    list: async (folder) =>
      [...Object.keys(all), ...Object.keys(links)]
        .filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
    ask: async (argv) => {
      asked.push(argv.join(' '));
      const text = argv[0] === 'xl' ? list : store;
      return text === undefined ? { why: `${argv[0]} does not answer` } : { text };
    },
  };
}

test('all domains but Dom0 are read with one xl list and one look into xenstore, however many there are', async () => {
  const asked: string[] = [];
  const rows = Array.from({ length: 200 }, (_, at) => `web ${at}  ${at + 1}   512     2     -b----       1.0\n`);
  const { domains } = await readRunning(portOf({ list: HEAD + DOM0 + rows.join(''), store: '', asked }));
  expect(domains).toHaveLength(200);
  expect(domains?.[7]).toMatchObject({ name: 'web 7', number: 8, memoryMiB: 512, vcpus: 2, state: 'running' });
  expect(asked).toEqual(['xl list', 'xenstore-ls -f /local/domain']);
});

test.each([
  ['web1', 'r-----', 'running'],
  ['web1', '------', 'running'],
  ['web1', '--p---', 'paused'],
  ['web1', '--psc-', 'crashed'],
  ['web1', '---s--', 'shutdown'],
  ['web1', '-----d', 'dying'],
  ['(null)', '--ps--', 'dying'],
])('a domain %s with the flags %s is %s', async (name, flags, state) => {
  const { domains } = await readRunning(portOf({ list: `${HEAD}${name}  7   512     1     ${flags}       1.0\n` }));
  expect(domains).toMatchObject([{ state }]);
});

test('what a guest says of itself is cleaned, and its words are nobody else’s', async () => {
  const at = '/local/domain/7';
  const store = [
    `${at}/vm = "/vm/6a0e7a52-7a0e-5c1b-9d55-52f6d1a0c7aa"`,
    `${at}/data/xenwright/state = "failed"`,
    String.raw`${at}/data/xenwright/why = "no \"mount\"\033[2J\n/dev/xvdb \303\251"`,
    `${at}/data/xenwright/addresses = "192.0.2.7 fe80::1 127.0.0.1 --help 2001:db8::7 ../x"`,
    `${at}/attr/vif/0/ipv4/0 = "192.0.2.8"`,
    `${at}/data/other/state = "up"`,
    '/local/domain/8/data/xenwright/state = "UP; reboot"',
  ].join('\n');
  const list = `${HEAD}web1  7   512     1     r-----       1.0\nweb2  8   512     1     r-----       1.0\n`;
  const { domains } = await readRunning(portOf({ list, store }));
  expect(domains?.[0]).toMatchObject({
    uuid: '6a0e7a52-7a0e-5c1b-9d55-52f6d1a0c7aa',
    guest: { state: 'failed', why: 'no "mount" [2J /dev/xvdb é', addresses: ['192.0.2.7', '2001:db8::7', '192.0.2.8'] },
  });
  expect(domains?.[1]).toMatchObject({ uuid: null, guest: { state: null, addresses: [] } });
});

test('where xl does not answer its reason is told; where only xenstore is silent the domains are there', async () => {
  expect(await readRunning(portOf({}))).toEqual({ isDom0: true, domains: null, why: 'xl does not answer' });
  const half = await readRunning(portOf({ list: `${HEAD}web1  7   512     1     r-----       1.0\n` }));
  expect([half.domains?.length, half.why]).toEqual([1, 'xenstore-ls does not answer']);
});

test('without Xen nothing is asked', async () => {
  const asked: string[] = [];
  expect(await readRunning(portOf({ files: { '/proc/xen/capabilities': '' }, asked }))).toMatchObject({
    isDom0: false,
    domains: null,
  });
  expect(asked).toEqual([]);
});

test('known are records, configurations by hand, and what is linked to start with the host', async () => {
  const known = await readKnown(
    portOf({
      files: {
        '/etc/xenwright/domus/web1.json': JSON.stringify({
          name: 'web1',
          config: '/etc/xen/web1.cfg',
          autostart: true,
        }),
        '/etc/xenwright/domus/torn.json': '{',
        '/etc/xenwright/domus/evil.json': JSON.stringify({ name: '--help' }),
        '/etc/xen/web1.cfg': 'name = "web1"\nmemory = 512\n',
        '/etc/xen/old.cfg': "name = 'mail' # by hand\nmemory='1024'\nvcpus=2;type='pv'\nbootloader='pygrub'\n",
        '/etc/xen/copy-of-old.cfg': "name = 'mail'\n",
        '/etc/xen/xl.conf': 'name = "no"',
        '/etc/xen/nameless.cfg': 'memory = 4',
      },
      links: { '/etc/xen/auto/mail': '/etc/xen/old.cfg', '/etc/xen/auto/far.cfg': '/srv/far.cfg' },
    }),
  );
  expect(known.map(({ name, by, config, autostart }) => [name, by, config, autostart])).toEqual([
    ['evil', 'record', '/etc/xen/evil.cfg', false],
    ['mail', 'config', '/etc/xen/old.cfg', true],
    ['torn', 'record', '/etc/xen/torn.cfg', false],
    ['web1', 'record', '/etc/xen/web1.cfg', true],
  ]);
  expect(known.map(({ trouble }) => trouble)).toEqual([
    '/etc/xenwright/domus/evil.json',
    null,
    '/etc/xenwright/domus/torn.json',
    null,
  ]);
  expect(known[1]?.written).toMatchObject({ type: 'pv', boot: 'pygrub', memoryMiB: 1024, vcpus: 2 });
});

test('a configuration is read as xl reads it: quotes, comments, lists over lines, appended values', () => {
  const text = [
    '# name = "no"',
    'name = "a\\"b"   # it is',
    'disk = [ "/dev/vg/a,raw,xvda,rw",  # root',
    "         'phy:/dev/vg/b,xvdb,w',",
    ']',
    'disk += [ "/srv/c;d.img,,xvdc" ]',
    'vif = [ "mac=00:16:3e:00:00:01,bridge=xenbr0,ip=192.0.2.5", "" ]',
    'kernel = "/usr/lib/grub-xen/grub-i386-xen_pvh.bin"; type = "pvh"',
    'memory = "open',
    'vcpus = 3',
  ].join('\n');
  expect(parseXlConfig(text)).toEqual({
    name: 'a"b',
    type: 'pvh',
    boot: 'grub',
    memoryMiB: null,
    vcpus: 3,
    disks: ['/dev/vg/a,raw,xvda,rw', 'phy:/dev/vg/b,xvdb,w', '/srv/c;d.img,,xvdc'],
    addresses: ['192.0.2.5'],
  });
  expect(parseXlConfig('builder="hvm"\nfirmware="ovmf"')).toMatchObject({ name: null, type: 'hvm', boot: 'uefi' });
  // Logs, locks and notes are called as the DomU is.
  expect(parseXlConfig('name = "../../etc/x"').name).toBeNull();
  expect(parseXlConfig('kernel="/boot/vmlinuz"')).toMatchObject({ type: 'pv', boot: 'direct', vcpus: 1 });
});

test('addresses that no machine has in a network are none', () => {
  expect(guestAddresses(['10.0.0.1', '10.0.0.1', '0.0.0.0', '240.0.0.1', '::', 'ff02::1', '::ffff:10.0.0.2'])).toEqual([
    '10.0.0.1',
    '10.0.0.2',
  ]);
});
