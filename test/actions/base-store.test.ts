import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { storeEntry } from '../../src/actions/base-build.ts';
import { isBuilt, RECIPE, surplus, trimStore, underLock } from '../../src/actions/base-store.ts';
import { baseWrite } from '../../src/actions/base-write.ts';
import { openPackageCache } from '../../src/actions/package-cache.ts';
import { common, failed, HASH } from './toy-base.ts';
import { workbench, type Workbench } from './workbench.ts';

const MANIFEST = { recipe: RECIPE, hash: HASH, base: common };

test('two builds of one base at once: one builds, the other waits and takes the result', async () => {
  const bench = workbench();
  let builds = 0;
  const work = async (): Promise<void> => {
    builds++;
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    mkdirSync(join(bench.store, HASH));
    writeFileSync(join(bench.store, HASH, 'manifest.json'), JSON.stringify(MANIFEST));
  };
  await Promise.all([underLock(HASH, bench.context, work), underLock(HASH, bench.context, work)]);
  expect(builds).toBe(1);
  expect(bench.log.join('\n')).toContain('another run builds this base');
});

describe('a base in the store', () => {
  const EXTENTS = '{"sizeBytes":4096,"usedBytes":4096,"extents":[{"offset":0,"length":4096}]}\n';
  const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
  const files = {
    'manifest.json': JSON.stringify({ ...MANIFEST, sha256: { image: 'ab', 'extents.json': sum(EXTENTS) } }),
    'extents.json': EXTENTS,
    image: 'an image',
  };
  const stored = (bench: Workbench, changes: Readonly<Record<string, string | null>> = {}): string => {
    const folder = join(bench.store, HASH);
    mkdirSync(folder);
    for (const [name, text] of Object.entries({ ...files, ...changes }))
      if (text !== null) writeFileSync(join(folder, name), text);
    return folder;
  };

  it('is taken when it is whole', async () => {
    const bench = workbench();
    expect(await isBuilt(HASH, bench.context)).toBe(false);
    stored(bench);
    expect(await isBuilt(HASH, bench.context)).toBe(true);
  });

  it.each([
    ['of an older recipe', { 'manifest.json': JSON.stringify({ ...MANIFEST, recipe: RECIPE - 1 }) }],
    ['whose build was killed', { 'manifest.json': null }],
    ['with half a manifest', { 'manifest.json': '{"recipe":' }],
    ['with a manifest of zeroes', { 'manifest.json': '\0\0\0' }],
    ['with a manifest that says nothing', { 'manifest.json': '{}' }],
    ['with the manifest of another base', { 'manifest.json': JSON.stringify({ ...MANIFEST, hash: 'cd'.repeat(32) }) }],
    ['whose manifest is null', { 'manifest.json': 'null' }],
    ['without its image', { image: null }],
    ['without its used ranges', { 'extents.json': null }],
    ['with half of its used ranges', { 'extents.json': EXTENTS.slice(0, 20) }],
    ['with the used ranges of another', { 'extents.json': EXTENTS.replaceAll('4096', '8192') }],
  ])('%s is not taken, and built again', async (_, changes) => {
    const bench = workbench();
    stored(bench, changes);
    expect(await isBuilt(HASH, bench.context)).toBe(false);
    let builds = 0;
    await underLock(HASH, bench.context, async () => {
      builds++;
    });
    expect(builds).toBe(1);
  });

  it('whose files are folders or pipes is not taken, and nothing waits for it', async () => {
    for (const name of ['manifest.json', 'extents.json']) {
      for (const kind of ['mkdir', 'mkfifo']) {
        const bench = workbench();
        execFileSync(kind, [join(stored(bench, { [name]: null }), name)]);
        expect(await isBuilt(HASH, bench.context)).toBe(false);
      }
    }
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"sizeBytes":1}',
    '{"sizeBytes":1,"usedBytes":1,"extents":[{"offset":-1,"length":1}]}',
  ])('whose used ranges are torn to %j in the middle of a run is not written, and the hint leads out', async (text) => {
    const bench = workbench();
    const folder = stored(bench, { 'extents.json': text });
    const target = join(bench.folder, 'volume');
    writeFileSync(target, 'untouched');
    const action = { params: { hash: HASH, uuid: 'u', label: 'l', device: target, in: null } } as never;
    await expect(baseWrite.apply(action, bench.context)).rejects.toMatchObject({
      code: 'base-damaged',
      exit: 5,
      message: expect.stringContaining(folder),
      hint: expect.stringContaining(`rm -rf ${folder}`),
    });
    expect(readFileSync(target, 'utf8')).toBe('untouched');
  });
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
