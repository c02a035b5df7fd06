import { describe, expect, it, test } from 'vitest';
import { parseTable, recogniseGuestDisk } from '../../src/facts/guest-disk.ts';
import type { ProbePort } from '../../src/facts/probe-port.ts';

/** Answers of blkid by the first byte that it was asked for. */
const port = (blkid: Readonly<Record<number, string>>, table: string | null = null): ProbePort => ({
  read: async () => null,
  readHex: async () => null,
  list: async () => [],
  link: async () => null,
  async run(argv) {
    if (argv[0] === 'partx') return table;
    const at = argv.indexOf('--offset');
    return argv[0] === 'blkid' ? (blkid[at < 0 ? 0 : Number(argv[at + 1])] ?? null) : '';
  },
});
const ext4 = 'ID_FS_UUID=6a0d\nID_FS_TYPE=ext4\nID_FS_USAGE=filesystem\n';
const table = (start: number, size: number): string => `${start} ${size} 0fc63daf-8483-4772-8e79-3d69d8477de4\n`;

describe('what a guest’s disk holds', () => {
  it('is a filesystem of its own', async () => {
    expect(await recogniseGuestDisk(port({ 0: `${ext4}ID_PART_TABLE_TYPE=dos\n` }), '/dev/a')).toEqual({
      holds: 'parts',
      found: [{ startBytes: 0, sizeBytes: 0, type: 'ext4', uuid: '6a0d' }],
    });
  });
  it('is one in a partition, by its bytes', async () => {
    const seen = port({ 0: 'ID_PART_TABLE_TYPE=gpt\n', 1_048_576: ext4 }, table(2048, 100));
    expect(await recogniseGuestDisk(seen, '/dev/a')).toEqual({
      holds: 'parts',
      found: [{ startBytes: 1_048_576, sizeBytes: 51_200, type: 'ext4', uuid: '6a0d' }],
    });
  });
  it.each([
    ['ID_FS_TYPE=LVM2_member\nID_FS_USAGE=raid\n', 'LVM2_member'],
    ['ID_FS_TYPE=crypto_LUKS\nID_FS_USAGE=crypto\n', 'crypto_LUKS'],
    ['ID_FS_TYPE=linux_raid_member\nID_FS_USAGE=raid\n', 'linux_raid_member'],
  ])('is a layer that is opened, bare or in a partition: %j', async (text, type) => {
    const part = { startBytes: 0, sizeBytes: 0, type, uuid: null };
    expect(await recogniseGuestDisk(port({ 0: text }), '/dev/a')).toEqual({ holds: 'parts', found: [part] });
    const inside = port({ 0: 'ID_PART_TABLE_TYPE=gpt\n', 512: text }, table(1, 9));
    expect(await recogniseGuestDisk(inside, '/dev/a')).toEqual({
      holds: 'parts',
      found: [{ ...part, startBytes: 512, sizeBytes: 4608 }],
    });
  });
  it.each([
    ['ID_FS_TYPE=zfs_member\nID_FS_USAGE=raid\n', 'ZFS'],
    ['ID_FS_TYPE=ddf_raid_member\nID_FS_USAGE=raid\n', 'ddf_raid_member'],
  ])('is a layer that is not opened, bare or in a partition: %j', async (text, what) => {
    expect(await recogniseGuestDisk(port({ 0: text }), '/dev/a')).toEqual({ holds: 'layer', what });
    const inside = port({ 0: 'ID_PART_TABLE_TYPE=gpt\n', 512: text }, table(1, 9));
    expect(await recogniseGuestDisk(inside, '/dev/a')).toEqual({ holds: 'layer', what });
  });
  it.each([
    '',
    'ID_FS_TYPE=swap\nID_FS_USAGE=other\n',
    'ID_FS_TYPE=$(reboot)\nID_FS_USAGE=filesystem\n',
    'ID_FS_TYPE=ntfs\nID_FS_USAGE=filesystem\n',
  ])('is nothing that can be opened: %j', async (text) => {
    expect(await recogniseGuestDisk(port({ 0: text }), '/dev/a')).toEqual({ holds: 'nothing' });
  });
});

test('tables that a guest has filled with nonsense name no partition that is none, and not too many', () => {
  expect(parseTable('-1 5 0x83\n1e300 1 0x83\nx 1 0x83\n7\n\n999999999999999 1 0x83\n1 1 $(x)')).toEqual([]);
  expect(parseTable('1 1 0x5\n')).toEqual([]);
  expect(parseTable('1 1 0x83\n'.repeat(5000))).toHaveLength(32);
  for (const none of [null, '', '{', '[]']) expect(parseTable(none)).toEqual([]);
});
