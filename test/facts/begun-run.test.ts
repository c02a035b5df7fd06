import { describe, expect, it } from 'vitest';
import { withBegunRuns } from '../../src/facts/begun-run.ts';
import { refusalOf } from '../../src/facts/disk-fit.ts';
import type { DiskContent, DiskFacts } from '../../src/facts/facts.ts';
import { parseLsblk } from '../../src/facts/lsblk.ts';
import { deriveUuid, diskSeed } from '../../src/plan/identity.ts';
import { imageFacts } from '../plan/host.ts';

const SEED = 'aa';
const LABELS = ['xw-bios', 'xw-esp', 'xw-boot', 'xw-lvm'];
const RUN = '{"entry":"run","run":"r","planHash":"abc"}\n{"entry":"fin';
const [vda] = imageFacts().disks as [DiskFacts];
const EXT4: DiskContent = { path: '/dev/vda3', type: 'ext4', label: 'xw-boot', group: null };
const TABLE: DiskContent = { path: '/dev/vda', type: 'gpt', label: null, group: null };

async function begunOn({
  holds = [TABLE],
  seed = SEED,
  identity,
  says = {},
  marker = null,
}: {
  readonly holds?: readonly DiskContent[];
  readonly seed?: string;
  readonly identity?: string;
  readonly says?: Readonly<Record<string, string>>;
  readonly marker?: DiskFacts['installMarker'];
}): Promise<DiskFacts> {
  const children = LABELS.map((partlabel, index) => ({
    name: `vda${index + 1}`,
    path: `/dev/vda${index + 1}`,
    type: 'part',
    partlabel,
    partuuid: deriveUuid(seed, 'partition', 0, partlabel),
  }));
  const nodes = parseLsblk(
    JSON.stringify({ blockdevices: [{ name: 'vda', path: '/dev/vda', type: 'disk', size: 1, children }] }),
  );
  const port = {
    read: async () => null,
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    run: async (argv: readonly string[]) => says[argv[3] ?? ''] ?? '',
  };
  const [disk] = await withBegunRuns(
    port,
    nodes,
    [{ ...vda, path: '/dev/vda', holds, installMarker: marker, ...(identity === undefined ? {} : { identity }) }],
    SEED,
  );
  return disk as DiskFacts;
}

describe('a run that was begun and not finished', () => {
  it('is known by its state on the boot partition, which says of what plan it is', async () => {
    const says = { 'cat /xenwright/run/journal.ndjson': RUN };
    expect((await begunOn({ holds: [TABLE, EXT4], says })).begun).toEqual({ device: '/dev/vda3', planHash: 'abc' });
    expect((await begunOn({ holds: [TABLE, EXT4], says, seed: 'another machine' })).begun).toEqual({
      device: '/dev/vda3',
      planHash: 'abc',
    });
  });

  it("is known by this machine's own partitions while there is nothing on the boot partition", async () => {
    expect((await begunOn({})).begun).toEqual({ device: '/dev/vda3', planHash: null });
    expect(
      (
        await begunOn({
          holds: [TABLE, EXT4],
          says: { 'ls -p /': '/2/040755/0/0/.//\n/2/040755/0/0/..//\n/11/040700/0/0/lost+found//\n' },
        })
      ).begun,
    ).toEqual({ device: '/dev/vda3', planHash: null });
    expect((await begunOn({ seed: 'another machine' })).begun).toBeUndefined();
  });

  it('is known by partitions that belong to this disk, and by those of versions that gave every disk the same', async () => {
    const empty = { device: '/dev/vda3', planHash: null };
    expect((await begunOn({ identity: 'serial a', seed: diskSeed(SEED, 'serial a') })).begun).toEqual(empty);
    expect((await begunOn({ identity: 'serial a' })).begun).toEqual(empty);
    expect((await begunOn({ identity: 'serial a', seed: diskSeed(SEED, 'serial b') })).begun).toBeUndefined();
  });

  it('is no such thing when the host was finished, or when its marker cannot be read but its kernel is there', async () => {
    expect(
      (
        await begunOn({
          holds: [TABLE, EXT4],
          marker: { id: 'i', planHash: 'abc' },
          says: { 'cat /xenwright/run/journal.ndjson': RUN },
        })
      ).begun,
    ).toBeUndefined();
    expect(
      (
        await begunOn({
          holds: [TABLE, EXT4],
          says: { 'ls -p /': '/2/040755/0/0/.//\n/2/040755/0/0/..//\n/12/100644/0/0/vmlinuz/8/\n' },
        })
      ).begun,
    ).toBeUndefined();
    expect((await begunOn({ holds: [TABLE, EXT4] })).begun).toBeUndefined();
  });

  it('counts as blank only where it got no further than the partitions', async () => {
    expect(refusalOf(await begunOn({}), { count: 1 }, 'blank')).toEqual([]);
    expect(refusalOf(await begunOn({ seed: 'another machine' }), { count: 1 }, 'blank')).toHaveLength(1);
    expect(
      refusalOf(
        await begunOn({ holds: [TABLE, EXT4], says: { 'cat /xenwright/run/journal.ndjson': RUN } }),
        { count: 1 },
        'blank',
      ),
    ).toHaveLength(1);
  });
});
