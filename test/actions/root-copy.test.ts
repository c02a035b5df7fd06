/** A domain's own copy of a base: made, changed, closed, written, gone. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rootClose, rootCopy, rootDrop } from '../../src/actions/root-copy.ts';
import { exec } from '../../src/system/process/exec.ts';
import { mountPointsBelow } from '../../src/system/disk/mount-table.ts';
import { mountsImages } from '../../src/system/disk/image-mounts.ts';
import { Mounts } from '../../src/system/disk/mounts.ts';
import { createLocalContext } from '../../src/system/run/local-context.ts';
import { actionOf } from './action-of.ts';
import { isRoot, workbench, type Workbench } from './workbench.ts';

const BASE = 'ab'.repeat(32);
const COPY = 'cd'.repeat(32);
const canMount = await mountsImages();
const tree = {
  domain: 'web1',
  mounts: [{ device: COPY, at: '/', type: 'ext4', isCopy: true as const, options: 'loop' }],
};
const copy = actionOf('root.copy', { from: BASE, copy: COPY });
const close = actionOf('root.close', { tree, copy: COPY });

/** A store with a small base in it, and a context that mounts in earnest. */
function bench(): Workbench & { readonly mounts: Mounts } {
  const made = workbench();
  const folder = join(made.store, BASE);
  mkdirSync(folder);
  execFileSync('truncate', ['-s', '16M', join(folder, 'image')]);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', join(folder, 'image')]);
  const mounts = new Mounts(join(made.folder, 'mnt'), (argv, options) => exec(argv, options));
  const machine = {
    mounts,
    baseStore: made.store,
    scratch: made.folder,
    timeScale: 1,
    secret: async () => '',
    redact: (text: string) => text,
  };
  const events = { output: () => undefined, progress: () => undefined, report: () => undefined };
  return { ...made, mounts, context: createLocalContext(machine, 'test', events, made.abort.signal) };
}

test.skipIf(!canMount)(
  'what is written in it is in its image once it is closed, and the base is as before',
  async () => {
    const { context, store, folder } = bench();
    const before = readFileSync(join(store, BASE, 'image'));
    await rootCopy.apply(copy, context);
    await context.withTree(tree, async (root) => {
      writeFileSync(join(root, 'canary'), 'written in the copy');
    });
    await rootClose.apply(close, context);
    expect(await mountPointsBelow(folder)).toEqual([]);
    const image = join(store, COPY, 'image');
    expect(execFileSync('debugfs', ['-R', 'cat /canary', image], { encoding: 'utf8', stdio: 'pipe' })).toBe(
      'written in the copy',
    );
    expect(readFileSync(join(store, BASE, 'image')).equals(before)).toBe(true);
    const { extents, sizeBytes, usedBytes } = JSON.parse(readFileSync(join(store, COPY, 'extents.json'), 'utf8')) as {
      extents: { offset: number; length: number }[];
      sizeBytes: number;
      usedBytes: number;
    };
    expect(sizeBytes).toBe(16 * 1024 * 1024);
    expect(usedBytes).toBeGreaterThan(0);
    const at = readFileSync(image).indexOf('written in the copy');
    expect(extents.some(({ offset, length }) => at >= offset && at < offset + length)).toBe(true);
  },
);

test.skipIf(!isRoot)('a copy is for root alone: it has keys and passwords in it', async () => {
  const { context, store } = bench();
  await rootCopy.apply(copy, context);
  expect(statSync(join(store, COPY)).mode & 0o777).toBe(0o700);
});

test('of an earlier copy nothing is left: it was another host, or another try', async () => {
  const { context, store } = bench();
  mkdirSync(join(store, COPY));
  writeFileSync(join(store, COPY, 'extents.json'), '{"old": true}');
  await rootCopy.apply(copy, context);
  expect(existsSync(join(store, COPY, 'extents.json'))).toBe(false);
  await rootDrop.apply(actionOf('root.drop', { copies: [COPY] }), context);
  expect(existsSync(join(store, COPY))).toBe(false);
  expect(existsSync(join(store, BASE, 'image'))).toBe(true);
});

test.skipIf(!canMount)('what a killed run has left mounted is unmounted before a copy is mounted again', async () => {
  const { context, mounts, store, folder } = bench();
  await rootCopy.apply(copy, context);
  const left = join(folder, 'mnt-of-a-killed-run');
  mkdirSync(left);
  execFileSync('mount', ['-t', 'ext4', '-o', 'loop', join(store, COPY, 'image'), left]);
  const next = new Mounts(
    join(folder, 'mnt-2'),
    (argv, options) => exec(argv, options),
    () => [left],
  );
  await next.withTree(
    { ...tree, mounts: [{ device: join(store, COPY, 'image'), at: '/', type: 'ext4', options: 'loop' }] },
    async () => {
      expect(await mountPointsBelow(left)).toEqual([]);
    },
  );
  await next.close();
  await mounts.close();
});
