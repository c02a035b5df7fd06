import { expect, test } from 'vitest';
import { faultOfChain } from '../../src/facts/qcow2-chain.ts';
import type { ProbePort } from '../../src/facts/probe-port.ts';

/** What `qemu-img info` says of files, by their names. */
const port = (files: Readonly<Record<string, object>>, links: readonly string[] = []): ProbePort => ({
  read: async () => null,
  readHex: async () => null,
  list: async () => [],
  link: async (path) => (links.includes(path) ? '/etc/shadow' : null),
  async run(argv) {
    const info = files[argv.at(-1) ?? ''];
    // It is always said what it is, never guessed.
    return info === undefined || !argv.join(' ').includes('-f qcow2') ? null : JSON.stringify(info);
  },
});
const on = (backing: string, format?: string): object => ({
  'backing-filename': backing,
  ...(format === undefined ? {} : { 'backing-filename-format': format }),
});

test.each([
  ['leans on nothing', { '/srv/a': {} }, null],
  ['leans on a raw file beside it', { '/srv/a': on('base.img', 'raw') }, null],
  ['leans on one that leans on one', { '/srv/a': on('b', 'qcow2'), '/srv/b': on('/srv/c', 'raw') }, null],
  ['leans on a file outside its folder', { '/srv/a': on('/etc/shadow', 'raw') }, 'elsewhere'],
  ['climbs out of it', { '/srv/a': on('../etc/shadow', 'raw') }, 'elsewhere'],
  ['leans on a file below it', { '/srv/a': on('x/../../etc/shadow', 'raw') }, 'elsewhere'],
  ['leans on a server', { '/srv/a': on('nbd://10.0.0.1/x', 'raw') }, 'elsewhere'],
  ['leans on what is no file', { '/srv/a': on('json:{"driver":"host_device"}', 'raw') }, 'elsewhere'],
  ['leans on itself', { '/srv/a': on('a', 'qcow2') }, 'elsewhere'],
  ['does not say in what format its backing file is', { '/srv/a': on('b') }, 'format'],
  ['leans on a format that names files itself', { '/srv/a': on('b', 'vmdk') }, 'format'],
  ['has its data in another file', { '/srv/a': { 'format-specific': { data: { 'data-file': '/dev/sda' } } } }, 'data'],
  ['cannot be read', {}, 'unread'],
])('an image that %s', async (_, files, fault) => {
  expect(await faultOfChain(port(files as Readonly<Record<string, object>>), '/srv/a')).toBe(fault);
});

test('a backing file that is a link may lead anywhere', async () => {
  expect(await faultOfChain(port({ '/srv/a': on('b', 'raw') }, ['/srv/b']), '/srv/a')).toBe('elsewhere');
});
