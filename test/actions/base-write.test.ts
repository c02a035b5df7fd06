import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync, linkSync, symlinkSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baseWrite, chunks, ddArguments } from '../../src/actions/base-write.ts';
import { makeImage } from '../../src/actions/base-image.ts';
import { usedExtents } from '../../src/actions/extents.ts';
import type { BaseSpec } from '../../src/plan/action.ts';
import { extFeatures } from '../../src/plan/storage/devices/ext4.ts';
import { workbench, type Workbench } from './workbench.ts';
import { actionOf } from './action-of.ts';
import type { ActionOf } from '../../src/plan/action.ts';

const MIB = 1024 * 1024;
const UUID = '11111111-2222-4333-8444-555555555555';
const spec = (release: string): BaseSpec => ({
  role: 'domu',
  distribution: 'debian',
  release,
  architecture: 'amd64',
  packages: [],
  sources: [],
  proxy: null,
  parent: null,
  features: extFeatures(release),
  initrd: null,
});
const run = (...argv: string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A tree with what filesystems find hard: many small files, a large one, a hole, links. */
function fill(tree: string): void {
  for (let folder = 0; folder < 20; folder++) {
    mkdirSync(join(tree, `many-${folder}`));
    for (let index = 0; index < 100; index++)
      writeFileSync(join(tree, `many-${folder}`, `file-${index}`), 'x'.repeat(index * 37));
  }
  writeFileSync(join(tree, 'large'), Buffer.alloc(9 * MIB + 77, 'large'));
  run('truncate', '--size=30M', join(tree, 'hole'));
  linkSync(join(tree, 'large'), join(tree, 'the-same'));
  symlinkSync('large', join(tree, 'link'));
}

async function base(bench: Workbench, release = 'trixie'): Promise<string> {
  fill(bench.tree);
  const folder = join(bench.store, 'hash');
  mkdirSync(folder);
  await makeImage(spec(release), bench.tree, folder, bench.context);
  return folder;
}

/** A volume that held something else before: nothing may be relied on to be zero. */
function usedVolume(path: string, sizeMiB: number): void {
  run('sh', '-c', `yes "what was here before" | head -c ${sizeMiB * MIB} > "$1"`, 'sh', path);
}

const action = (device: string): ActionOf<'base.write'> =>
  actionOf('base.write', { hash: 'hash', device, in: null, uuid: UUID, label: 'web1-root' });

function expectTheTree(volume: string, bench: Workbench): void {
  expect(run('e2fsck', '-fn', volume)).toMatch(/web1-root: \d+\/\d+ files/);
  const copy = join(bench.folder, 'copy');
  mkdirSync(copy);
  run('debugfs', '-R', `rdump / ${copy}`, volume);
  expect(run('diff', '--recursive', '--no-dereference', '--exclude=lost+found', bench.tree, copy)).toBe('');
}

test.each(['trixie', 'bookworm'])(
  'a base of %s written over garbage is whole, unique and fills its volume',
  async (release) => {
    const bench = workbench();
    await base(bench, release);
    const volume = join(bench.folder, 'volume');
    usedVolume(volume, 300);
    await baseWrite.apply(action(volume), bench.context);
    expectTheTree(volume, bench);
    const head = run('dumpe2fs', '-h', volume);
    expect(head).toContain(`Filesystem UUID:          ${UUID}`);
    expect(head).toMatch(/Block count: +76800\n/);
    expect(head.includes('metadata_csum_seed')).toBe(release === 'trixie');
    expect(head.includes('orphan_file')).toBe(release === 'trixie');
  },
  60_000,
);

test('a write that was killed half way is done again and leaves the same', async () => {
  const bench = workbench();
  const folder = await base(bench);
  const volume = join(bench.folder, 'volume');
  usedVolume(volume, 300);
  await baseWrite.apply(action(volume), bench.context);
  run('dd', `if=${join(folder, 'image')}`, `of=${volume}`, 'bs=1M', 'count=3', 'conv=notrunc', 'status=none');
  await baseWrite.apply(action(volume), bench.context);
  expectTheTree(volume, bench);
}, 60_000);

test('a volume smaller than the base is refused before anything is written', async () => {
  const bench = workbench();
  await base(bench);
  const volume = join(bench.folder, 'volume');
  usedVolume(volume, 60);
  const before = run('sha256sum', volume);
  await expect(baseWrite.apply(action(volume), bench.context)).rejects.toMatchObject({
    code: 'volume-too-small',
    exit: 4,
    message: expect.stringMatching(/has 60 MiB, but its base needs \d+ MiB/),
  });
  expect(run('sha256sum', volume)).toBe(before);
}, 60_000);

test('the used ranges hold every block that mke2fs wrote, and little more', async () => {
  const bench = workbench();
  const folder = await base(bench);
  const list = usedExtents(run('dumpe2fs', join(folder, 'image')));
  const blank = join(bench.folder, 'blank');
  run('truncate', `--size=${list.sizeBytes}`, blank);
  for (const extent of list.extents) run(...(ddArguments(join(folder, 'image'), blank, extent) as [string]));
  expect(run('cmp', join(folder, 'image'), blank)).toBe('');
  const heldBytes = Number(run('du', '--block-size=1', join(folder, 'image')).split('\t')[0]);
  expect(list.usedBytes).toBeLessThan(heldBytes + 48 * MIB);
}, 60_000);

test('block devices are written directly, files by way of the cache', () => {
  expect(ddArguments('/b/image', '/dev/vg0/root', { offset: 4096, length: 8192 }).join(' ')).toBe(
    'dd if=/b/image of=/dev/vg0/root bs=4M skip=4096 seek=4096 count=8192 iflag=skip_bytes,count_bytes,fullblock oflag=seek_bytes,direct conv=notrunc status=none',
  );
  expect(ddArguments('/b/image', '/mnt/disk.raw', { offset: 0, length: 1 }).join(' ')).toContain(
    'oflag=seek_bytes conv=notrunc ',
  );
});

test('long ranges are cut into chunks that leave no byte out', () => {
  expect(
    chunks(
      [
        { offset: 10, length: 25 },
        { offset: 100, length: 10 },
      ],
      10,
    ),
  ).toEqual([
    { offset: 10, length: 10 },
    { offset: 20, length: 10 },
    { offset: 30, length: 5 },
    { offset: 100, length: 10 },
  ]);
});

test('an image that is one base of two volumes stays as it was', async () => {
  const bench = workbench();
  const folder = await base(bench);
  const before = join(bench.folder, 'before');
  copyFileSync(join(folder, 'image'), before);
  const volume = join(bench.folder, 'volume');
  usedVolume(volume, 200);
  await baseWrite.apply(action(volume), bench.context);
  expect(run('cmp', before, join(folder, 'image'))).toBe('');
}, 60_000);
