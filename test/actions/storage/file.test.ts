import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { storageMake } from '../../../src/actions/storage/make.ts';
import { find, planOf } from '../../plan/host.ts';
import { fileAt, making } from '../../plan/storage/devices.ts';
import { someTree, workbench, type Workbench } from '../workbench.ts';

const MIB = 1024 * 1024;
const PATH = '/var/lib/xenwright/domus/web1-root.img';
const CANARY = 'XW-CANARY-of-whoever-was-here-before\n';
const allocate = async (bench: Workbench): Promise<void> =>
  await storageMake.apply(making(fileAt(PATH, 8), [], someTree), bench.context);
const folderIn = (bench: Workbench): string => {
  mkdirSync(join(bench.tree, '/var/lib/xenwright/domus'), { recursive: true });
  return join(bench.tree, PATH);
};

test.each([
  ['as long', 8 * MIB],
  ['longer', 12 * MIB],
  ['shorter', 3 * MIB],
])(
  'a disk file that was there before, %s, is made anew: nothing of it is left, and it is as long as planned',
  async (_what, bytes) => {
    const bench = workbench();
    const file = folderIn(bench);
    writeFileSync(file, Buffer.alloc(bytes, CANARY), { mode: 0o644 });
    await allocate(bench);
    expect(readFileSync(file).equals(Buffer.alloc(8 * MIB))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  },
);

test('its blocks are taken at once, in a folder for root alone', async () => {
  const bench = workbench();
  await allocate(bench);
  const file = join(bench.tree, PATH);
  expect(Number(execFileSync('stat', ['-c', '%b', file], { encoding: 'utf8' })) * 512).toBeGreaterThanOrEqual(8 * MIB);
  expect(statSync(join(bench.tree, '/var/lib/xenwright/domus')).mode & 0o777).toBe(0o700);
});

test('the filesystem that is made in it leaves it its blocks', async () => {
  // On a disk, as Dom0 has it: a filesystem in memory cannot zero a range of a file, so mke2fs takes blocks out of it
  // there.
  const tree = mkdtempSync('/var/tmp/xw-file-');
  onTestFinished(() => {
    rmSync(tree, { recursive: true });
  });
  await allocate(workbench({ withTree: async (_tree, use) => await use(tree) }));
  const file = join(tree, PATH);
  const format =
    find(planOf(['host.storage.layout=plain']), 'tree.commands', 'web1/filesystems')
      .params.commands.flatMap(({ run }) => (typeof run === 'string' ? run : []))
      .find((line) => line.startsWith('mke2fs')) ?? '';
  execFileSync('sh', ['-e', '-c', format.replace(/\/var\/\S+$/, file)]);
  expect(Number(execFileSync('stat', ['-c', '%b', file], { encoding: 'utf8' })) * 512).toBeGreaterThanOrEqual(8 * MIB);
});

test('a link of its name is replaced, and what it led to is left alone', async () => {
  const bench = workbench();
  const file = folderIn(bench);
  const other = join(bench.folder, 'other');
  writeFileSync(other, CANARY);
  symlinkSync(other, file);
  await allocate(bench);
  expect(readFileSync(other, 'utf8')).toBe(CANARY);
  expect(lstatSync(file).isFile()).toBe(true);
});
