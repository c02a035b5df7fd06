/** A host as it runs: what its tools print, as captured, and what is read out of it. */
import { expect, test } from 'vitest';
import { probeBases, probeHostNow, probeHostRecords, probeMirrors } from '../../src/facts/installed-host.ts';
import type { ProbePort } from '../../src/facts/probe-port.ts';
import { poolNow } from '../../src/host/domus/places.ts';
import { common } from '../actions/toy-base.ts';
import { imageFacts, planOf } from '../plan/host.ts';

const XL_INFO =
  'host                   : xen1\nxen_version            : 4.20.3\ntotal_memory           : 4095\nfree_memory            : 2371\nsharing_freed_memory   : 0\n';
const XL_LIST =
  'Name                                        ID   Mem VCPUs\tState\tTime(s)\nDomain-0                                     0  1536     2     r-----      95.4\nweb1                                         1   384     1     -b----       9.1\n';
const RECORD = {
  ...{ version: 1, name: 'web1', uuid: 'u', macs: ['52:54:00:00:00:01'] },
  volumes: [{ name: 'web1-root', device: '/dev/vg/web1-root', uuid: 'v' }],
};
const DOMU = { ...common, role: 'domu' };
const FILES: Readonly<Record<string, string>> = {
  '/proc/xen/capabilities': 'control_d\n',
  '/etc/xenwright/profile.yaml': 'version: 1\n',
  '/var/lib/xenwright/facts.json': JSON.stringify(imageFacts()),
  '/etc/xenwright/domus/web1.json': JSON.stringify(RECORD),
  '/etc/xenwright/domus/torn.json': '{"ver',
  '/etc/xenwright/domus/other.json': '{"version":1,"name":"other"}',
  '/etc/xenwright/domus/null.json': JSON.stringify({ ...RECORD, volumes: [null] }),
  '/store/aa/manifest.json': JSON.stringify({ hash: 'aa', recipe: 4, base: DOMU }),
  '/store/bb/manifest.json': JSON.stringify({ hash: 'other', recipe: 4, base: DOMU }),
  '/etc/apt/sources.list.d/xenwright.sources':
    'Types: deb\nURIs: file:/var/lib/xenwright/medium\nSuites: trixie\nComponents: main\n\nTypes: deb\nURIs: http://deb.example.org/debian\nSuites: trixie\nComponents: main\n',
};
const SAYS: Readonly<Record<string, string>> = {
  'xl info': XL_INFO,
  'xl list': XL_LIST,
  'lvs --noheadings -o lv_name xenvg': '  root     \n  web1-root\n',
  'vgs --noheadings --units m --nosuffix -o vg_free xenvg': '  4984.00\n',
  'df -BM --output=avail /var/lib/xenwright': ' Avail\n 8123M\n',
  'ls -1 /var/lib/xenwright/domus': 'web1-root.img\n',
};

function port(files: Readonly<Record<string, string>> = FILES): ProbePort {
  const below = (folder: string): string[] =>
    [
      ...new Set(
        Object.keys(files)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ].toSorted();
  return {
    read: async (path) => files[path] ?? null,
    readHex: async () => null,
    link: async () => null,
    list: async (folder) => [
      ...below(folder),
      ...(folder === '/etc/xen' ? ['auto', 'mine.cfg', 'rescued.cfg.in-rescue', 'xl.conf'] : []),
    ],
    run: async (argv) => SAYS[argv.join(' ')] ?? null,
  };
}

test('what the install has left is read, torn records left out', async () => {
  expect(await probeHostRecords(port())).toEqual({ profile: 'version: 1\n', facts: imageFacts(), domus: [RECORD] });
  expect(await probeHostRecords(port({}))).toEqual({ profile: null, facts: null, domus: [] });
  for (const torn of ['{"version":1,', 'null', '{"version":1,"seed":"00ff"}'])
    expect((await probeHostRecords(port({ '/var/lib/xenwright/facts.json': torn }))).facts).toBeNull();
});

test('room and names of a host with a volume group', async () => {
  expect(await probeHostNow(port(), poolNow(planOf(['host.storage.volumeGroup=xenvg'])))).toEqual({
    isDom0: true,
    whyWithoutXen: null,
    freeMemoryMiB: 2371,
    domains: ['Domain-0', 'web1', 'mine', 'rescued'],
    volumes: ['root', 'web1-root'],
    freeMiB: 4984,
    storeFreeMiB: 8123,
  });
});

test('room and names of a host whose disks are files', async () => {
  expect(await probeHostNow(port(), poolNow(planOf(['host.storage.layout=plain'])))).toMatchObject({
    volumes: ['web1-root'],
    freeMiB: 8123,
  });
});

test('a base counts under its own name alone, and archives only over the network', async () => {
  expect(await probeBases(port(), '/store')).toEqual([{ hash: 'aa', base: DOMU, recipe: 4, folder: '/store/aa' }]);
  expect((await probeMirrors(port())).map(({ uri }) => uri)).toEqual(['http://deb.example.org/debian']);
});
