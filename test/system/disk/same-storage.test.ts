import { describe, expect, it } from 'vitest';
import { refuseOverlap, type StorageProbe, type StorageStat } from '../../../src/system/disk/same-storage.ts';

/** A machine whose storage is written down: devices by number, what sysfs says of them, files by path. */
interface Thought {
  readonly devices?: Readonly<Record<string, string>>;
  readonly sys?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, Partial<StorageStat>>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly mounts?: string;
  readonly own?: readonly string[];
}
function thought({ devices = {}, sys = {}, files = {}, links = {}, mounts = '', own = [] }: Thought): StorageProbe {
  const plain = { filesystem: '0:5', number: '0:0', inode: '1', sizeBytes: 0, modifiedMs: 0 };
  const stat = async (path: string): Promise<StorageStat | null> =>
    devices[path] !== undefined
      ? { ...plain, kind: 'device', number: devices[path] }
      : files[path] !== undefined
        ? { ...plain, kind: 'file', ...files[path] }
        : null;
  return {
    stat,
    realpath: async (path) =>
      (await stat(path)) === null || links[path] !== undefined
        ? links[path] !== undefined && (await stat(links[path])) !== null
          ? links[path]
          : null
        : path,
    link: async (path) => links[path] ?? null,
    read: async (path) => (path === '/proc/self/mountinfo' ? mounts : (sys[path] ?? null)),
    ownNames: () => own,
    head: async () => null,
    list: async (path) => [
      ...new Set(
        [...Object.keys(sys), ...Object.keys(files), ...Object.keys(devices)]
          .filter((name) => name.startsWith(`${path}/`))
          .map((name) => name.slice(path.length + 1).split('/')[0] ?? ''),
      ),
    ],
  };
}
const BLOCK = '/sys/dev/block';
const partition = (number: string, disk: string, start: number, size: number): Record<string, string> => ({
  [`${BLOCK}/${number}/partition`]: '1\n',
  [`${BLOCK}/${number}/../dev`]: `${disk}\n`,
  [`${BLOCK}/${number}/start`]: `${start}\n`,
  [`${BLOCK}/${number}/size`]: `${size}\n`,
});
const slave = (number: string, name: string, below: string): Record<string, string> => ({
  [`${BLOCK}/${number}/slaves/${name}`]: '',
  [`/sys/class/block/${name}/dev`]: `${below}\n`,
});
const loop = (number: string, file: string, offset = 0, limit = 0): Record<string, string> => ({
  [`${BLOCK}/${number}/loop/backing_file`]: `${file}\n`,
  [`${BLOCK}/${number}/loop/offset`]: `${offset}\n`,
  [`${BLOCK}/${number}/loop/sizelimit`]: `${limit}\n`,
});

const DISK = thought({
  devices: {
    '/dev/sda': '8:0',
    '/dev/sda1': '8:1',
    '/dev/sda2': '8:2',
    '/dev/sda3': '8:3',
    '/dev/sdb': '8:16',
    '/dev/vg/a': '253:0',
    '/dev/vg/b': '253:1',
    '/dev/md0': '9:0',
    '/dev/loop0': '7:0',
    '/dev/loop1': '7:1',
    '/dev/loop2': '7:2',
    '/dev/nbd0': '43:0',
    '/dev/other-node': '8:0',
  },
  sys: {
    ...partition('8:1', '8:0', 0, 1000),
    ...partition('8:2', '8:0', 500, 10),
    ...partition('8:3', '8:0', 1000, 9000),
    ...slave('253:0', 'sda3', '8:3'),
    ...slave('253:1', 'sda3', '8:3'),
    ...slave('9:0', 'sdb', '8:16'),
    ...loop('7:0', '/srv/x.iso'),
    ...loop('7:1', '/srv/x.iso', 4096, 4096),
    ...loop('7:2', '/srv/x.iso', 8192, 4096),
    [`${BLOCK}/43:0/pid`]: '77\n',
  },
  files: {
    '/srv/x.iso': { filesystem: '253:0', inode: '12' },
    '/srv/y.iso': { filesystem: '253:0', inode: '13' },
    '/srv': { filesystem: '253:0', inode: '2' },
    '/pool/z.iso': { filesystem: '0:44', inode: '9' },
    '/proc/77/fd/5': { filesystem: '253:0', inode: '13' },
  },
  links: { '/dev/disk/by-id/ata-1': '/dev/sda', '/srv/later': '/srv/new.iso' },
  mounts: '30 1 0:44 / /pool rw - btrfs /dev/sdb rw\n29 1 253:0 / /srv rw - ext4 /dev/mapper/vg-a rw\n',
});

describe('what is written is told from what is read', () => {
  it.each([
    ['a name of the same disk', '/dev/disk/by-id/ata-1', '/dev/sda', 'are the same'],
    ['another node with its numbers', '/dev/other-node', '/dev/sda', 'are the same'],
    ['its partition', '/dev/sda1', '/dev/sda', '/dev/sda1 lies on /dev/sda, which is read'],
    ['its whole disk', '/dev/sda', '/dev/sda3', '/dev/sda3, which is read, lies on /dev/sda'],
    ['a partition that begins in it', '/dev/sda2', '/dev/sda1', 'share a part'],
    ['the disk of its volume group', '/dev/sda', '/dev/vg/a', '/dev/vg/a, which is read, lies on /dev/sda'],
    ['a volume on it', '/dev/vg/a', '/dev/sda', '/dev/vg/a lies on /dev/sda, which is read'],
    ['a member of its array', '/dev/sdb', '/dev/md0', '/dev/md0, which is read, lies on /dev/sdb'],
    ['the file of its loop device', '/srv/x.iso', '/dev/loop1', '/dev/loop1, which is read, lies on /srv/x.iso'],
    ['a loop device of its file', '/dev/loop0', '/srv/x.iso', '/dev/loop0 lies on /srv/x.iso, which is read'],
    ['a loop device over the same part', '/dev/loop1', '/dev/loop0', 'share a part'],
    ['the disk that its file is on', '/dev/sda', '/srv/x.iso', '/srv/x.iso, which is read, lies on /dev/sda'],
    ['the volume that its file is on', '/dev/vg/a', '/srv/y.iso', '/srv/y.iso, which is read, lies on /dev/vg/a'],
    [
      'a file on it that is not there yet',
      '/srv/new.iso',
      '/dev/vg/a',
      '/srv/new.iso lies on /dev/vg/a, which is read',
    ],
    [
      'the device of a filesystem with numbers of its own',
      '/dev/sdb',
      '/pool/z.iso',
      '/pool/z.iso, which is read, lies on /dev/sdb',
    ],
    ['a network block device of its file', '/dev/nbd0', '/srv/y.iso', '/dev/nbd0 lies on /srv/y.iso, which is read'],
    ['the place of a link that leads nowhere yet', '/srv/later', '/srv/new.iso', 'are the same'],
  ])('%s is refused', async (_, written, read, words) => {
    await expect(refuseOverlap({ path: written }, { path: read }, { probe: DISK })).rejects.toMatchObject({
      code: 'same-storage',
      exit: 2,
      message: expect.stringContaining(words),
      hint: expect.stringContaining('nothing was written'),
    });
  });
  it.each([
    ['another partition', '/dev/sda3', '/dev/sda1'],
    ['another volume of the group', '/dev/vg/a', '/dev/vg/b'],
    ['another disk', '/dev/sdb', '/dev/sda'],
    ['another part of the file', '/dev/loop2', '/dev/loop1'],
    ['another file of the filesystem', '/srv/y.iso', '/srv/x.iso'],
    ['a new file beside it', '/srv/new.iso', '/srv/x.iso'],
  ])('%s is free', async (_, written, read) => {
    await refuseOverlap({ path: written }, { path: read }, { probe: DISK });
  });
  it('notes of the copying may lie on the disk that is copied', async () => {
    await refuseOverlap({ path: '/srv/new.map' }, { path: '/dev/sda' }, { probe: DISK, isApart: true });
    await expect(
      refuseOverlap({ path: '/srv/x.iso' }, { path: '/dev/loop0' }, { probe: DISK, isApart: true }),
    ).rejects.toMatchObject({ code: 'same-storage' });
  });
  it('a file on a server is known by its server and number, through another mount and on the server itself', async () => {
    const alike = { inode: '77', sizeBytes: 5, modifiedMs: 9 };
    const at = (address: string, own: readonly string[] = []): StorageProbe =>
      thought({
        own,
        files: {
          '/a/x.iso': { filesystem: '0:50', ...alike },
          '/b/x.iso': { filesystem: '0:51', ...alike },
          '/b/other.iso': { filesystem: '0:51', ...alike, inode: '78' },
          '/export/x.iso': { filesystem: '8:1', ...alike },
        },
        mounts: `1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:50 / /a ro - nfs4 media:/export ro,addr=192.0.2.9\n3 1 0:51 / /b rw - nfs media:/export rw,addr=${address}\n`,
      });
    const relation = async (written: string, probe: StorageProbe): Promise<string> =>
      await refuseOverlap({ path: written }, { path: '/a/x.iso' }, { probe }).then(
        () => 'free',
        ({ code }: { code: string }) => code,
      );
    expect(await relation('/b/x.iso', at('192.0.2.9'))).toBe('same-storage');
    expect(await relation('/b/other.iso', at('192.0.2.9'))).toBe('free');
    expect(await relation('/b/x.iso', at('192.0.2.10'))).toBe('free');
    expect(await relation('/export/x.iso', at('192.0.2.9', ['192.0.2.9']))).toBe('same-storage');
    expect(await relation('/export/x.iso', at('192.0.2.9'))).toBe('free');
  });
});
