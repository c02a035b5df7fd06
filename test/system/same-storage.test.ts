import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boot } from '../../src/commands/boot.ts';
import { mediumBuild } from '../../src/commands/medium/build.ts';
import { mediumCopy } from '../../src/commands/medium/copy.ts';
import { profile } from '../../src/commands/profile.ts';
import { copyMedium } from '../../src/system/medium-copy.ts';
import { openTarget } from '../../src/system/medium-io.ts';
import { refuseOverlap, type StorageProbe, type StorageStat } from '../../src/system/same-storage.ts';
import { isRoot } from '../actions/workbench.ts';

const quiet = { readText: async (path: string) => readFileSync(path, 'utf8'), out: () => undefined, err: () => undefined, interactive: false };
const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-same-'));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
};

/** A machine whose storage is written down: devices by number, what sysfs says of them, files by path. */
interface Thought { readonly devices?: Readonly<Record<string, string>>; readonly sys?: Readonly<Record<string, string>>; readonly files?: Readonly<Record<string, Partial<StorageStat>>>; readonly links?: Readonly<Record<string, string>>; readonly mounts?: string; readonly own?: readonly string[] }
function thought({ devices = {}, sys = {}, files = {}, links = {}, mounts = '', own = [] }: Thought): StorageProbe {
  const plain = { filesystem: '0:5', number: '0:0', inode: '1', sizeBytes: 0, modifiedMs: 0 };
  const stat = async (path: string): Promise<StorageStat | null> => (devices[path] !== undefined ? { ...plain, kind: 'device', number: devices[path] } : files[path] !== undefined ? { ...plain, kind: 'file', ...files[path] } : null);
  return {
    stat, realpath: async (path) => (await stat(path) === null || links[path] !== undefined ? (links[path] !== undefined && await stat(links[path]) !== null ? links[path] : null) : path), link: async (path) => links[path] ?? null,
    read: async (path) => (path === '/proc/self/mountinfo' ? mounts : (sys[path] ?? null)), ownNames: () => own, head: async () => null,
    list: async (path) => [...new Set([...Object.keys(sys), ...Object.keys(files), ...Object.keys(devices)].filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))],
  };
}
const BLOCK = '/sys/dev/block';
const partition = (number: string, disk: string, start: number, size: number): Record<string, string> => ({ [`${BLOCK}/${number}/partition`]: '1\n', [`${BLOCK}/${number}/../dev`]: `${disk}\n`, [`${BLOCK}/${number}/start`]: `${start}\n`, [`${BLOCK}/${number}/size`]: `${size}\n` });
const slave = (number: string, name: string, below: string): Record<string, string> => ({ [`${BLOCK}/${number}/slaves/${name}`]: '', [`/sys/class/block/${name}/dev`]: `${below}\n` });
const loop = (number: string, file: string, offset = 0, limit = 0): Record<string, string> => ({ [`${BLOCK}/${number}/loop/backing_file`]: `${file}\n`, [`${BLOCK}/${number}/loop/offset`]: `${offset}\n`, [`${BLOCK}/${number}/loop/sizelimit`]: `${limit}\n` });

const DISK = thought({
  devices: { '/dev/sda': '8:0', '/dev/sda1': '8:1', '/dev/sda2': '8:2', '/dev/sda3': '8:3', '/dev/sdb': '8:16', '/dev/vg/a': '253:0', '/dev/vg/b': '253:1', '/dev/md0': '9:0', '/dev/loop0': '7:0', '/dev/loop1': '7:1', '/dev/loop2': '7:2', '/dev/nbd0': '43:0', '/dev/other-node': '8:0' },
  sys: {
    ...partition('8:1', '8:0', 0, 1000), ...partition('8:2', '8:0', 500, 10), ...partition('8:3', '8:0', 1000, 9000), ...slave('253:0', 'sda3', '8:3'), ...slave('253:1', 'sda3', '8:3'), ...slave('9:0', 'sdb', '8:16'),
    ...loop('7:0', '/srv/x.iso'), ...loop('7:1', '/srv/x.iso', 4096, 4096), ...loop('7:2', '/srv/x.iso', 8192, 4096), [`${BLOCK}/43:0/pid`]: '77\n',
  },
  files: { '/srv/x.iso': { filesystem: '253:0', inode: '12' }, '/srv/y.iso': { filesystem: '253:0', inode: '13' }, '/srv': { filesystem: '253:0', inode: '2' }, '/pool/z.iso': { filesystem: '0:44', inode: '9' }, '/proc/77/fd/5': { filesystem: '253:0', inode: '13' } },
  links: { '/dev/disk/by-id/ata-1': '/dev/sda', '/srv/later': '/srv/new.iso' },
  mounts: '30 1 0:44 / /pool rw - btrfs /dev/sdb rw\n29 1 253:0 / /srv rw - ext4 /dev/mapper/vg-a rw\n',
});

describe('what is written is told from what is read', () => {
  it.each([
    ['a name of the same disk', '/dev/disk/by-id/ata-1', '/dev/sda', 'are the same'],
    ['another node with its numbers', '/dev/other-node', '/dev/sda', 'are the same'],
    ['its partition', '/dev/sda1', '/dev/sda', '/dev/sda1 lies on /dev/sda'],
    ['its whole disk', '/dev/sda', '/dev/sda3', '/dev/sda3 lies on /dev/sda'],
    ['a partition that begins in it', '/dev/sda2', '/dev/sda1', 'share a part'],
    ['the disk of its volume group', '/dev/sda', '/dev/vg/a', '/dev/vg/a lies on /dev/sda'],
    ['a volume on it', '/dev/vg/a', '/dev/sda', '/dev/vg/a lies on /dev/sda'],
    ['a member of its array', '/dev/sdb', '/dev/md0', '/dev/md0 lies on /dev/sdb'],
    ['the file of its loop device', '/srv/x.iso', '/dev/loop1', '/dev/loop1 lies on /srv/x.iso'],
    ['a loop device of its file', '/dev/loop0', '/srv/x.iso', '/dev/loop0 lies on /srv/x.iso'],
    ['a loop device over the same part', '/dev/loop1', '/dev/loop0', 'share a part'],
    ['the disk that its file is on', '/dev/sda', '/srv/x.iso', '/srv/x.iso lies on /dev/sda'],
    ['the volume that its file is on', '/dev/vg/a', '/srv/y.iso', '/srv/y.iso lies on /dev/vg/a'],
    ['a file on it that is not there yet', '/srv/new.iso', '/dev/vg/a', '/srv/new.iso lies on /dev/vg/a'],
    ['the device of a filesystem with numbers of its own', '/dev/sdb', '/pool/z.iso', '/pool/z.iso lies on /dev/sdb'],
    ['a network block device of its file', '/dev/nbd0', '/srv/y.iso', '/dev/nbd0 lies on /srv/y.iso'],
    ['the place of a link that leads nowhere yet', '/srv/later', '/srv/new.iso', 'are the same'],
  ])('%s is refused', async (_, written, read, words) => {
    await expect(refuseOverlap({ path: written }, { path: read }, { probe: DISK })).rejects.toMatchObject({ code: 'same-storage', exit: 2, message: expect.stringContaining(words), hint: expect.stringContaining('nothing was written') });
  });
  it.each([
    ['another partition', '/dev/sda3', '/dev/sda1'], ['another volume of the group', '/dev/vg/a', '/dev/vg/b'], ['another disk', '/dev/sdb', '/dev/sda'], ['another part of the file', '/dev/loop2', '/dev/loop1'],
    ['another file of the filesystem', '/srv/y.iso', '/srv/x.iso'], ['a new file beside it', '/srv/new.iso', '/srv/x.iso'],
  ])('%s is free', async (_, written, read) => { await refuseOverlap({ path: written }, { path: read }, { probe: DISK }); });
  it('notes of the copying may lie on the disk that is copied', async () => {
    await refuseOverlap({ path: '/srv/new.map' }, { path: '/dev/sda' }, { probe: DISK, isApart: true });
    await expect(refuseOverlap({ path: '/srv/x.iso' }, { path: '/dev/loop0' }, { probe: DISK, isApart: true })).rejects.toMatchObject({ code: 'same-storage' });
  });
  it('a file on a server is known by its server and number, through another mount and on the server itself', async () => {
    const alike = { inode: '77', sizeBytes: 5, modifiedMs: 9 };
    const at = (address: string, own: readonly string[] = []): StorageProbe => thought({
      own, files: { '/a/x.iso': { filesystem: '0:50', ...alike }, '/b/x.iso': { filesystem: '0:51', ...alike }, '/b/other.iso': { filesystem: '0:51', ...alike, inode: '78' }, '/export/x.iso': { filesystem: '8:1', ...alike } },
      mounts: `1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / /a ro - nfs4 media:/export ro,addr=192.0.2.9\n3 1 0:51 / /b rw - nfs media:/export rw,addr=${address}\n`,
    });
    const relation = async (written: string, probe: StorageProbe): Promise<string> => await refuseOverlap({ path: written }, { path: '/a/x.iso' }, { probe }).then(() => 'free', ({ code }: { code: string }) => code);
    expect(await relation('/b/x.iso', at('192.0.2.9'))).toBe('same-storage');
    expect(await relation('/b/other.iso', at('192.0.2.9'))).toBe('free');
    expect(await relation('/b/x.iso', at('192.0.2.10'))).toBe('free');
    expect(await relation('/export/x.iso', at('192.0.2.9', ['192.0.2.9']))).toBe('same-storage');
    expect(await relation('/export/x.iso', at('192.0.2.9'))).toBe('free');
  });
});

describe('medium copy', () => {
  const CONTENT = 'all that there is';
  const refused = { code: 'same-storage', exit: 2 };
  it.each(['itself', 'a symbolic link', 'a hard link', 'a link that leads back', 'the map beside the target', 'the given map', 'a map that is the target'])('does not destroy its source: %s', async (how) => {
    const folder = folderOf();
    const [source, other] = [join(folder, 'x.iso'), join(folder, 'y.iso')];
    writeFileSync(source, CONTENT);
    if (how === 'a symbolic link') symlinkSync(source, other);
    if (how === 'a hard link') linkSync(source, other);
    if (how === 'a link that leads back') { mkdirSync(join(folder, 'in')); symlinkSync('in/../x.iso', other); }
    if (how === 'the map beside the target') symlinkSync('x.iso', `${other}.map`);
    const options = how === 'the given map' ? { map: source } : how === 'a map that is the target' ? { map: other } : {};
    await expect(mediumCopy(source, how === 'itself' ? source : other, options, quiet)).rejects.toMatchObject(refused);
    expect(readFileSync(source, 'utf8')).toBe(CONTENT);
  });
  it('nor a file that this machine itself serves', async () => {
    const source = join(folderOf(), 'x.iso');
    writeFileSync(source, CONTENT);
    const server = createServer((request, response) => { response.writeHead(200, { 'content-length': statSync(source).size, 'last-modified': statSync(source).mtime.toUTCString() }).end(request.method === 'HEAD' ? undefined : readFileSync(source)); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    onTestFinished(() => { server.close(); server.closeAllConnections(); });
    await expect(mediumCopy(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.iso`, source, {}, quiet)).rejects.toMatchObject(refused);
    expect(readFileSync(source, 'utf8')).toBe(CONTENT);
  });
  it.skipIf(!isRoot)('nor through a loop device, real ones; and a device in use is not opened', async ({ skip }) => {
    const folder = folderOf();
    const source = join(folder, 'x.img');
    writeFileSync(source, Buffer.alloc(4 * 2 ** 20, 7));
    let device = '';
    try {
      device = execFileSync('losetup', ['--find', '--show', source], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return skip('no loop devices here');
    }
    onTestFinished(() => { execFileSync('losetup', ['--detach', device]); });
    const copy = async (from: string, to: string): Promise<unknown> => await copyMedium({ source: from, target: to, map: null, signal: new AbortController().signal, output: () => undefined, progress: () => undefined });
    await expect(copy(source, device)).rejects.toMatchObject(refused);
    await expect(copy(device, source)).rejects.toMatchObject(refused);
    expect(readFileSync(source).every((byte) => byte === 7)).toBe(true);
    execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', device], { stdio: 'ignore' });
    const point = join(folder, 'mnt');
    mkdirSync(point);
    execFileSync('mount', [device, point]);
    try {
      await expect(openTarget(device, 4096, true)).rejects.toMatchObject({ code: 'target-in-use', exit: 4 });
      await expect(copy(device, join(point, 'copy.img'))).rejects.toMatchObject({ ...refused, message: expect.stringContaining('lies on') });
      const inside = join(point, 'x.iso');
      writeFileSync(inside, CONTENT);
      await expect(copy(inside, device)).rejects.toMatchObject(refused);
      await expect(copy(inside, source)).rejects.toMatchObject(refused);
    } finally {
      execFileSync('umount', [point]);
    }
    await (await openTarget(device, 4096, true)).close();
  });
});

describe('other commands that write beside what they read', () => {
  it('a signature is not written over the key, nor over what is signed', async () => {
    const folder = folderOf();
    const source = join(folder, 'host.yaml');
    writeFileSync(source, 'version: 1\n');
    writeFileSync(join(folder, 'key'), 'a key');
    linkSync(join(folder, 'key'), `${source}.sig`);
    await expect(profile('sign', source, { key: join(folder, 'key'), set: [], image: [] } as never, quiet)).rejects.toMatchObject({ code: 'same-storage' });
    expect(readFileSync(join(folder, 'key'), 'utf8')).toBe('a key');
    rmSync(`${source}.sig`);
    symlinkSync('host.yaml', `${source}.sig`);
    await expect(profile('sign', source, { key: join(folder, 'key'), set: [], image: [] } as never, quiet)).rejects.toMatchObject({ code: 'same-storage' });
    expect(readFileSync(source, 'utf8')).toBe('version: 1\n');
  });
  it('a console is not written into the image that it is of', async () => {
    const image = join(folderOf(), 'host.img');
    writeFileSync(image, 'an image');
    symlinkSync(image, `${image}.log`);
    await expect(boot([image], { firmware: 'bios', transcript: `${image}.log` }, quiet)).rejects.toMatchObject({ code: 'same-storage', message: expect.stringContaining('transcript') });
    expect(readFileSync(image, 'utf8')).toBe('an image');
  });
  it.skipIf(!isRoot)('a medium is not built over what goes into it, nor in the place of a device', async () => {
    const folder = folderOf();
    const source = join(folder, 'host.yaml');
    writeFileSync(source, 'version: 1\n');
    linkSync(source, join(folder, 'x.iso'));
    symlinkSync(source, join(folder, 'y.iso.manifest.json'));
    const none = { firmware: false, bases: [], pool: [], set: [], allowClear: [] };
    const build = async (options: object): Promise<unknown> => await mediumBuild({ ...none, output: join(folder, 'new.iso'), ...options } as never, quiet);
    for (const options of [{ output: source, profile: source }, { output: join(folder, 'x.iso'), pool: [source] }, { output: join(folder, 'y.iso'), bases: [`file:${source}`] }, { output: source, pubkey: source }, { output: join(folder, 'xenwright.squashfs'), netboot: folder }]) await expect(build(options), JSON.stringify(options)).rejects.toMatchObject({ code: 'same-storage' });
    await expect(build({ output: '/dev/null' })).rejects.toMatchObject({ code: 'usage', exit: 2 });
    expect(readFileSync(source, 'utf8')).toBe('version: 1\n');
  });
});
