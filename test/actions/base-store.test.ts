import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storeEntry } from '../../src/actions/base-build.ts';
import { isBuilt, RECIPE, surplus, trimStore, underLock } from '../../src/actions/base-store.ts';
import { openPackageCache } from '../../src/actions/package-cache.ts';
import { common, failed, HASH } from './toy-base.ts';
import { workbench } from './workbench.ts';

test('two builds of one base at once: one builds, the other waits and takes the result', async () => {
  const bench = workbench();
  let builds = 0;
  const work = async (): Promise<void> => {
    builds++;
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    mkdirSync(join(bench.store, HASH));
    writeFileSync(join(bench.store, HASH, 'manifest.json'), JSON.stringify({ recipe: RECIPE }));
  };
  await Promise.all([underLock(HASH, bench.context, work), underLock(HASH, bench.context, work)]);
  expect(builds).toBe(1);
  expect(bench.log.join('\n')).toContain('another run builds this base');
});

test('a base of an older recipe, or one whose build was killed, is not taken', async () => {
  const bench = workbench();
  expect(await isBuilt(HASH, bench.context)).toBe(false);
  mkdirSync(join(bench.store, HASH));
  expect(await isBuilt(HASH, bench.context)).toBe(false);
  writeFileSync(join(bench.store, HASH, 'manifest.json'), '{}');
  expect(await isBuilt(HASH, bench.context)).toBe(false);
});

test('a store over its limit loses what was not used for longest, and nothing of the last day', () => {
  const entries = [
    { path: 'now', sizeMiB: 900, usedHoursAgo: 0 },
    { path: 'old', sizeMiB: 100, usedHoursAgo: 900 },
    { path: 'older', sizeMiB: 100, usedHoursAgo: 1000 },
    { path: 'today', sizeMiB: 900, usedHoursAgo: 23 },
  ];
  expect(surplus(entries, 1950)).toEqual(['older']);
  expect(surplus(entries, 100)).toEqual(['older', 'old']);
  expect(surplus(entries, 5000)).toEqual([]);
});

test('packages fetched for one base are there for the next, in a folder that no other run uses', async () => {
  const bench = workbench();
  const [one, two] = ['one', 'two'].map((name) => join(bench.folder, name)) as [string, string];
  const first = await openPackageCache(one, bench.context);
  writeFileSync(join(first.archives, 'a_1_all.deb'), 'a');
  writeFileSync(join(first.archives, 'lock'), '');
  await first.keep();
  const second = await openPackageCache(two, bench.context);
  expect(second.archives).not.toBe(first.archives);
  expect(readdirSync(second.archives).sort()).toEqual(['a_1_all.deb', 'partial']);
});

test('tools disks that nobody used for a day go when the store is too large, like anything else in it', async () => {
  const { store, context } = workbench();
  mkdirSync(join(store, 'packages'));
  for (const name of ['tools-0123456789abcdef.img', 'tools-fedcba9876543210.img', 'seed']) {
    writeFileSync(join(store, name), Buffer.alloc(2 * 1024 * 1024, 'x'));
    if (name === 'tools-0123456789abcdef.img') continue;
    utimesSync(join(store, name), new Date(0), new Date(0));
  }
  await trimStore(context, 3);
  expect(readdirSync(store).sort()).toEqual(['packages', 'seed', 'tools-0123456789abcdef.img']);
});

test('a tree that is too large for its place in memory is built again on the disk, and any other fault is told at once', async () => {
  const bench = workbench({
    treeFolder: async (path, _base, isInMemory) => ({ path, isInMemory, release: async () => undefined }),
  });
  const tries: string[] = [];
  const make = (words: string) => async () => {
    tries.push(words);
    if (tries.length === 1 || words === 'dpkg: error') throw failed(words);
    return {};
  };
  await storeEntry(common, HASH, bench.context, make('cannot write: No space left on device'));
  expect(tries).toHaveLength(2);
  expect(await isBuilt(HASH, bench.context)).toBe(true);
  await expect(storeEntry(common, HASH, bench.context, make('dpkg: error'))).rejects.toMatchObject({
    lastLines: ['dpkg: error'],
  });
  expect(tries).toHaveLength(3);
});
