/** Which disks of a configuration a guest writes to, in every way that xl takes them, and whether they are free. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { disksInUse, writtenDisk } from '../../../src/host/domus/disks-free.ts';
import { usersOfDisks } from '../../../src/system/disk/disk-in-use.ts';

test.each([
  ['/dev/vg/a,raw,xvda,rw', '/dev/vg/a'],
  ['/dev/vg/a,,xvda', '/dev/vg/a'],
  ['phy:/dev/vg/a,xvda,w', '/dev/vg/a'],
  ['phy:vg/a,xvda,w', '/dev/vg/a'],
  ['tap:aio:/srv/a.img,xvda,w', '/srv/a.img'],
  ['file:/srv/a.img, xvda, w', '/srv/a.img'],
  ['format=qcow2, vdev=xvda, access=rw, target=/srv/a.qcow2', '/srv/a.qcow2'],
  ['/dev/vg/a,raw,xvda,r', null],
  ['/dev/vg/a,raw,xvda,ro', null],
  ['/dev/vg/a,raw,xvda,w!', null],
  ['/srv/cd.iso,,hdc,cdrom', null],
  ['file:/srv/cd.iso,hdc:cdrom,r', null],
  ['vdev=xvda,access=rw,script=block-iscsi,target=iqn=x', null],
  [',,xvda', null],
])('%s: written is %s', (specification, path) => {
  expect(writtenDisk(specification)).toBe(path);
});

test('all disks are looked at together, and only who has a used one is told of', async () => {
  const asked: (readonly string[])[] = [];
  const found = await disksInUse(
    [
      { name: 'a', disks: ['/dev/a,,xvda', '/dev/b,,xvdb'] },
      { name: 'b', disks: ['/dev/c,,xvda'] },
      { name: 'c', disks: [] },
    ],
    async (paths) => {
      asked.push(paths);
      return new Map([['/dev/b', ['swap']]]);
    },
  );
  expect(asked).toEqual([['/dev/a', '/dev/b', '/dev/c']]);
  expect([...found.keys()]).toEqual(['a']);
  expect(found.get('a')).toMatchObject({ code: 'disk-in-use', exit: 4 });
});

test('an image below a loop is in use, and one below none is free', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-image-'));
  const [used, free] = [join(folder, 'used.img'), join(folder, 'free.img')];
  for (const image of [used, free]) {
    writeFileSync(image, '');
    truncateSync(image, 1 << 20);
  }
  const loop = spawnSync('losetup', ['--find', '--show', used], { encoding: 'utf8' }).stdout.trim();
  try {
    const users = await usersOfDisks([used, free, '/dev/missing']);
    if (loop !== '') expect(users.get(used)).toEqual([`loop:${loop.slice('/dev/'.length)}`]);
    expect(users.get(free)).toEqual([]);
    expect(users.get('/dev/missing')).toEqual([]);
  } finally {
    if (loop !== '') spawnSync('losetup', ['--detach', loop]);
    rmSync(folder, { recursive: true });
  }
});
