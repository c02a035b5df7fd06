import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { mountPointsBelow } from '../../../src/system/disk/mount-table.ts';
import { treeFolder } from '../../../src/system/files/tree-folder.ts';
import { isRoot } from '../../actions/workbench.ts';

const TMPFS = 0x01021994;
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'xw-tree-folder-'));
  onTestFinished(() => {
    rmSync(scratch, { recursive: true, force: true });
  });
});
const onDisk = statfsSync(tmpdir()).type !== TMPFS;

test('a tree folder on the disk is empty, whatever lay there, and gone when released', async () => {
  writeFileSync(join(scratch, 'tree'), 'left over');
  const tree = await treeFolder(join(scratch, 'tree'), () => null);
  expect(tree.isInMemory).toBe(false);
  writeFileSync(join(tree.path, 'file'), '');
  await tree.release();
  await tree.release();
  expect(readdirSync(scratch)).toEqual([]);
});

test.skipIf(!isRoot || !onDisk)(
  'a tree folder in memory is as large as was said, and its mount goes with it (needs root)',
  async () => {
    const seen: number[] = [];
    const tree = await treeFolder(join(scratch, 'tree'), (availableMiB, promisedMiB) => {
      seen.push(availableMiB, promisedMiB);
      return 16;
    });
    const { type, blocks, bsize } = statfsSync(tree.path);
    expect([tree.isInMemory, type, blocks * bsize]).toEqual([true, TMPFS, 16 * 2 ** 20]);
    const other = await treeFolder(join(scratch, 'other'), (_, promisedMiB) => {
      seen.push(promisedMiB);
      return null;
    });
    expect(seen.slice(1)).toEqual([0, 16]);
    expect(seen[0]).toBeGreaterThan(0);
    writeFileSync(join(tree.path, 'file'), '');
    await tree.release();
    await other.release();
    expect(await mountPointsBelow(scratch)).toEqual([]);
    expect(readdirSync(scratch)).toEqual([]);
  },
);

test.skipIf(!isRoot || !onDisk).each(['', 'and its keeper with it, by the next one'])(
  'what a killed build left in memory is taken down %s, and what is in use is left alone (needs root)',
  async (withKeeper) => {
    const inUse = await treeFolder(join(scratch, 'in-use'), () => 16);
    onTestFinished(inUse.release);
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
    const { treeFolder } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/system/files/tree-folder.ts'))});
    await treeFolder(${JSON.stringify(join(scratch, 'killed'))}, () => 16);
    process.stdout.write('mounted');
    setInterval(() => undefined, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    expect(await mountPointsBelow(scratch)).toHaveLength(2);
    if (withKeeper !== '') execFileSync('pkill', ['-KILL', '-P', String(child.pid)]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (withKeeper === '')
      await expect
        .poll(() => readdirSync(scratch).toSorted(), { timeout: 20_000 })
        .toEqual(['in-use', 'in-use.memory']);
    const next = await treeFolder(join(scratch, 'next'), () => null);
    expect(await mountPointsBelow(scratch)).toEqual([inUse.path]);
    await next.release();
  },
);
