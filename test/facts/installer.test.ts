/** What the running system lacks to install onto its own disks. */
import { expect, test } from 'vitest';
import { probeLacks } from '../../src/facts/installer.ts';

const lacks = async (
  lists: Readonly<Record<string, readonly string[]>>,
  version: string | null = 'mke2fs 1.47.2 (1-Jan-2025)\n\tUsing EXT2FS Library version 1.47.2\n',
): Promise<readonly string[]> =>
  await probeLacks({
    read: async () => null,
    readHex: async () => null,
    list: async (path) => lists[path] ?? [],
    link: async () => null,
    run: async () => version,
  });
const WHOLE = { '/run': ['lock', 'udev'], '/run/udev': ['control', 'data'] };

test('nothing, where udev runs and mke2fs is new enough, and where nobody can say', async () => {
  expect(await lacks(WHOLE)).toEqual([]);
  expect(await lacks({}, null)).toEqual([]);
  expect(await lacks(WHOLE, 'mke2fs 1.47.0 (5-Feb-2023)\n')).toEqual([]);
  expect(await lacks(WHOLE, 'mke2fs 2.0-rc1 (x)\n')).toEqual([]);
});

test('udev, which names new partitions, and the newest features of ext4', async () => {
  expect(await lacks({ '/run': ['lock', 'udev'], '/run/udev': ['data'] })).toEqual(['udev']);
  expect(await lacks({ '/run': ['lock'] })).toEqual(['udev']);
  expect(await lacks(WHOLE, 'mke2fs 1.46.5 (30-Dec-2021)\n')).toEqual(['orphan_file']);
});
