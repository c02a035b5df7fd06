/** The host at one look: what is read, how often it is asked, and what is shown of what does not answer. */
import { expect, test } from 'vitest';
import { diskPathsOf } from '../../../src/host/overview/disks.ts';
import { bridgesIn } from '../../../src/host/overview/network.ts';
import { readOverview, type OverviewPort } from '../../../src/host/overview/overview.ts';
import { parseXlConfig } from '../../../src/host/domus/running.ts';
import { translator } from '../../../src/i18n/t.ts';

const said = (text: string) => ({ kind: 'said', exitCode: 0, text, trouble: '' }) as const;
const XL_LIST = `Name                                        ID   Mem VCPUs\tState\tTime(s)
Domain-0                                     0  1024     2     r-----     100.1
web1                                         3   384     1     -b----      10.0
`;
const ANSWERS: Readonly<Record<string, string>> = {
  'xl list': XL_LIST,
  'xl info': 'total_memory           : 65536\nfree_memory            : 20480\n',
  'xenstore-ls -f /local/domain': '/local/domain/3/data/xenwright/state = "up"\n',
  vgs: '{"report":[{"vg":[{"vg_name":"xen1","vg_size":"1099511627776","vg_free":"274877906944","vg_missing_pv_count":"0"}]}]}',
  ip: JSON.stringify([
    {
      ifname: 'xenbr0',
      linkinfo: { info_kind: 'bridge' },
      addr_info: [{ scope: 'global', local: '192.0.2.10', prefixlen: 24 }],
    },
    { ifname: 'eno1', master: 'xenbr0', flags: ['BROADCAST', 'LOWER_UP'] },
    { ifname: 'vif3.0', master: 'xenbr0', flags: ['LOWER_UP'] },
    { ifname: 'lo', addr_info: [{ scope: 'host', local: '127.0.0.1' }] },
  ]),
};
const FILES: Readonly<Record<string, string>> = {
  '/proc/xen/capabilities': 'control_d\n',
  '/proc/sys/kernel/hostname': 'xen1\n',
  '/etc/xen/web1.cfg':
    'name = "web1"\nmemory = 384\ndisk = ["phy:/dev/xen1/web1-root,xvda,w", "/srv/data.img,raw,xvdb,rw"]\n',
};
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  '/etc/xen': ['web1.cfg', 'xl.conf'],
  '/etc/xenwright': ['domus', 'profile.yaml'],
};

function port(answers: Readonly<Record<string, string>> = ANSWERS): OverviewPort & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: async (path) => FILES[path] ?? null,
    readHex: async () => null,
    list: async (path) => FOLDERS[path] ?? [],
    link: async () => null,
    run: async () => null,
    async ask(argv) {
      asked.push(argv.join(' '));
      const text = answers[argv.join(' ')] ?? answers[argv[0] ?? ''];
      return text === undefined ? { kind: 'missing' } : said(text);
    },
    healthy: async () => null,
    pause: async () => undefined,
    now: () => 0,
    isRoot: true,
    sizeMiB: async (path) => ({ '/dev/xen1/web1-root': 8192, '/srv/data.img': 1024 })[path] ?? null,
  };
}

test('DomUs with their disks, Dom0, what is free and the network, each tool asked once', async () => {
  const host = port();
  const found = await readOverview(host, translator('en'));
  expect(found).toMatchObject({
    hostname: 'xen1',
    isInstalled: true,
    memory: { totalMiB: 65_536, freeMiB: 20_480 },
    groups: [{ name: 'xen1', freeBytes: 2 ** 38 }],
    bridges: [{ name: 'xenbr0', uplinks: [{ name: 'eno1', hasLink: true }], guests: 1, addresses: ['192.0.2.10/24'] }],
  });
  expect(found.list.domus).toMatchObject([{ name: 'web1', state: 'running', domid: 3 }]);
  expect(found.domains.map(({ name }) => name)).toEqual(['Domain-0', 'web1']);
  expect(found.diskMiB).toEqual(new Map([['web1', 9216]]));
  expect(host.asked.toSorted()).toEqual([...new Set(host.asked)].toSorted());
});

test('what does not answer is left out', async () => {
  const found = await readOverview(port({}), translator('en'));
  expect(found).toMatchObject({ memory: null, groups: [], bridges: [], domains: [] });
  expect(found.list).toMatchObject({ xen: true, why: 'xl is not installed' });
  expect(found.list.domus).toMatchObject([{ name: 'web1', state: 'unknown' }]);
});

test.each([
  ['phy:/dev/xen1/web1,xvda,w', ['/dev/xen1/web1']],
  ['/dev/xen1/web1,raw,xvda,rw', ['/dev/xen1/web1']],
  ['format=raw, vdev=xvda, access=rw, target=/dev/xen1/web1', ['/dev/xen1/web1']],
  ['tap:qcow2:/srv/a.qcow2,xvda,w', []],
  ['file:/srv/debian.iso,hdc:cdrom,r', []],
  ['/srv/debian.iso,raw,hdc,cdrom', []],
  ['vdev=xvdb,script=block-iscsi,target=iqn.2001', []],
])('the disk %s is %j', (disk, paths) => {
  expect(diskPathsOf({ written: parseXlConfig(`name="a"\ndisk=["${disk}"]\n`) })).toEqual(paths);
});

test('a network that nobody can read is none, and names of devices draw nothing', () => {
  expect(bridgesIn(null)).toEqual([]);
  expect(bridgesIn('{"no": "list"}')).toEqual([]);
  const odd = [
    { ifname: 'br\u001b[2J', linkinfo: { info_kind: 'bridge' }, addr_info: [{ scope: 'global', local: 'x' }] },
  ];
  expect(bridgesIn(JSON.stringify(odd))).toEqual([{ name: 'br [2J', uplinks: [], guests: 0, addresses: [] }]);
});
