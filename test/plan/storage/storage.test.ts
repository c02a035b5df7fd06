import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { XenwrightError } from '../../../src/errors.ts';
import { imageSizeMiB, planStorage, type StoragePlan } from '../../../src/plan/storage/storage.ts';
import type { PartitionSpec } from '../../../src/plan/action.ts';
import type { ResolvedVolume } from '../../../src/plan/model.ts';
import { poolsOf } from '../../../src/plan/storage/graph.ts';
import { resolvedVolumes } from '../../../src/plan/storage/resolved-volumes.ts';
import { imageFacts, machineFacts, profileOf } from '../host.ts';
import { partitionsOf } from './devices.ts';

/** What is looked at of a graph. */
interface Seen {
  readonly partitions: readonly PartitionSpec[];
  readonly volumes: readonly ResolvedVolume[];
  readonly reserveMiB: number;
}

function seen({ graph }: StoragePlan): Seen {
  return {
    partitions: partitionsOf(graph),
    volumes: resolvedVolumes(graph),
    reserveMiB: poolsOf(graph).reduce((sum, { freeMiB }) => sum + freeMiB, 0),
  };
}

const storageOf = (changes: readonly string[] = [], sizeMiB = 65_536): Seen =>
  seen(planStorage(profileOf(changes), imageFacts(sizeMiB)));
const sizes = (plan: Seen): Record<string, number> =>
  Object.fromEntries(plan.volumes.map((volume) => [volume.name, volume.sizeMiB]));

function refusal(work: () => unknown): XenwrightError {
  try {
    work();
  } catch (error) {
    if (error instanceof XenwrightError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the partition table', () => {
  it('has a BIOS boot partition, an ESP and /boot, then one physical volume to the end', () => {
    const all = storageOf().partitions;
    expect(all.map(({ number, typeCode, startMiB, sizeMiB }) => [number, typeCode, startMiB, sizeMiB])).toEqual([
      [1, 'EF02', 1, 1],
      [2, 'EF00', 2, 256],
      [3, '8300', 258, 512],
      [4, '8E00', 770, null],
    ]);
  });
  it('has root, swap and data partitions with the plain layout', () => {
    const all = storageOf(['host.storage.layout=plain']).partitions;
    expect(all.slice(3).map(({ label, startMiB, sizeMiB }) => [label, startMiB, sizeMiB])).toEqual([
      ['xw-root', 770, 4096],
      ['xw-swap', 4866, 512],
      ['xw-data', 5378, null],
    ]);
  });
  it('leaves the swap partition out when there is no swap', () => {
    const plan = storageOf(['host.storage.layout=plain', 'host.storage.swap=0']);
    expect(plan.partitions.map(({ label }) => label)).not.toContain('xw-swap');
    expect(plan.volumes.map(({ name }) => name)).not.toContain('swap');
  });
});

describe('volumes', () => {
  it('are named and placed per domain, the guest seeing them as xvda, xvdb …', () => {
    const plan = storageOf();
    expect(
      plan.volumes
        .filter(({ domain }) => domain === 'web1')
        .map(({ device, guestDevice, mount, label }) => [device, guestDevice, mount, label]),
    ).toEqual([
      ['/dev/vg_xen1/web1-root', 'xvda', '/', 'web1-root'],
      ['/dev/vg_xen1/web1-swap', 'xvdb', null, 'web1-swap'],
      ['/dev/vg_xen1/web1-srv', 'xvdc', '/srv', 'web1-srv'],
    ]);
    expect(plan.volumes.filter(({ domain }) => domain === 'db1').map(({ name }) => name)).toEqual(['db1-root']);
  });
  it('are files on the data partition with the plain layout', () => {
    const plan = storageOf(['host.storage.layout=plain']);
    expect(plan.volumes.find(({ name }) => name === 'web1-srv')?.device).toBe('/var/lib/xenwright/domus/web1-srv.img');
    expect(plan.volumes.find(({ use }) => use === 'cache')).toMatchObject({
      name: 'data',
      mount: '/var/lib/xenwright',
      sizeMiB: 65_536 - 5378 - 1,
    });
  });
  it('keep labels apart that would be cut to the same text', () => {
    const labels = storageOf(['domus.web1.name=a-very-long-name-of-a-guest'])
      .volumes.filter(({ domain }) => domain.startsWith('a-very'))
      .map(({ label }) => label);
    expect(new Set(labels).size).toBe(3);
    expect(labels.every((label) => label.length <= 15)).toBe(true);
  });
  it('are never given one guest device twice, however many there are', () => {
    const data = Array.from({ length: 40 }, (_, index) => `{name: d${index}, size: 4M, mount: /d${index}}`).join(', ');
    const devices = storageOf([`domus.web1.disks.data=[${data}]`])
      .volumes.filter(({ domain }) => domain === 'web1')
      .map(({ guestDevice }) => guestDevice);
    expect(new Set(devices).size).toBe(42);
    expect(devices.at(26)).toBe('xvdaa');
  });
});

describe('sizes', () => {
  it('are rounded up to whole extents', () => {
    expect(sizes(storageOf(['host.storage.root=4097M']))['root']).toBe(4100);
  });
  it('may be shares of the volume group, 100 % in all', () => {
    const plan = storageOf([
      'host.storage.root=33%',
      'host.storage.cache=33%',
      'host.storage.swap=0',
      'host.storage.reserve=0',
      'domus.web1.disks={root: {size: 17%}, swap: 0}',
      'domus.db1.disks.root.size=17%',
    ]);
    expect(plan.reserveMiB).toBeGreaterThanOrEqual(0);
    expect(plan.reserveMiB).toBeLessThan(32);
  });
  it('split what is left between `rest` volumes, but leave the reserve', () => {
    const plan = storageOf(['host.storage.cache=rest', 'domus.db1.disks.root.size=rest', 'host.storage.reserve=8G']);
    expect(sizes(plan)['cache']).toBe(sizes(plan)['db1-root']);
    expect(plan.reserveMiB).toBeGreaterThanOrEqual(8192);
    expect(plan.reserveMiB).toBeLessThan(8192 + 8);
  });
  it('never take more than the disk has, whatever is asked for', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 40_000 }).map((miB) => `${miB}M`),
      fc.integer({ min: 1, max: 60 }).map((percent) => `${percent}%`),
      fc.constant('rest'),
    );
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.integer({ min: 600, max: 100_000 }),
        fc.constantFrom('lvm', 'plain'),
        (root, cache, domu, diskMiB, layout) => {
          try {
            const plan = storageOf(
              [
                'host.storage.reserve=0',
                `host.storage.layout=${layout}`,
                `host.storage.root=${root}`,
                `host.storage.cache=${cache}`,
                `domus.db1.disks.root.size=${domu}`,
              ],
              diskMiB,
            );
            const last = plan.partitions.at(-1)?.startMiB ?? 0;
            const inside = plan.volumes.filter((volume) =>
              layout === 'lvm' ? volume.use !== 'boot' : volume.domain !== 'dom0',
            );
            // The backup table takes the last MiB, LVM's metadata the first of its partition.
            expect(inside.reduce((sum, volume) => sum + volume.sizeMiB, plan.reserveMiB)).toBeLessThanOrEqual(
              diskMiB - 2 - last,
            );
            expect(plan.volumes.every((volume) => volume.sizeMiB > 0)).toBe(true);
            expect(plan.reserveMiB).toBeGreaterThanOrEqual(0);
          } catch (error) {
            if (!(error instanceof XenwrightError)) throw error;
            expect(error).toMatchObject({ code: 'disk-too-small', exit: 4 });
          }
        },
      ),
    );
  });
});

describe('what does not fit', () => {
  it.each(['lvm', 'plain'])('is refused with the numbers (%s)', (layout) => {
    const error = refusal(() => storageOf([`host.storage.layout=${layout}`], 8000));
    expect(error).toMatchObject({ code: 'disk-too-small', exit: 4 });
    expect(error.message).toMatch(/take \d+ MiB.*\(8000 MiB\) holds \d+ MiB/);
    expect(error.hint).toMatch(/\d+ MiB short/);
  });
  it('is refused when a `rest` volume would get next to nothing', () => {
    const taken = 770 + 4 + 1 + 4096 + 512 + 2048 + 2048 + 256 + 1024;
    const rest = ['host.storage.reserve=0', 'domus.db1.disks.root.size=rest'];
    expect(refusal(() => storageOf(rest, taken + 500))).toMatchObject({ code: 'disk-too-small' });
    expect(sizes(storageOf(rest, taken + 520))['db1-root']).toBeGreaterThanOrEqual(512);
  });
  it('is refused when /boot has no size of its own', () => {
    expect(refusal(() => storageOf(['host.storage.boot=rest']))).toMatchObject({ code: 'boot-size', exit: 3 });
    expect(refusal(() => storageOf(['host.storage.boot=0']))).toMatchObject({ code: 'boot-size', exit: 3 });
  });
  it('is refused without a disk, with every candidate', () => {
    const error = refusal(() =>
      planStorage(profileOf(['host.storage.disks=[{ serial: NO-SUCH }]']), machineFacts('sata-ssd-and-hdd')),
    );
    expect(error).toMatchObject({ code: 'disk-no-fit', exit: 4 });
    expect(error.lastLines.length).toBe(machineFacts('sata-ssd-and-hdd').disks.length);
  });
});

describe('an image without a stated size', () => {
  it.each([
    [[]],
    [['host.storage.layout=plain']],
    [['host.storage.root=50%', 'host.storage.reserve=20%']],
    [['host.storage.cache=rest']],
    [['host.storage.boot=5%']],
    [['host.storage.layout=plain', 'host.storage.reserve=80%']],
  ])('is large enough for its plan: %j', (changes) => {
    const profile = profileOf(changes);
    expect(() => planStorage(profile, imageFacts(imageSizeMiB(profile)))).not.toThrow();
  });
  it('is not much larger than the sum of its volumes', () => {
    const profile = profileOf(['host.storage.reserve=0']);
    const plan = seen(planStorage(profile, imageFacts(imageSizeMiB(profile))));
    const sum = plan.volumes.reduce((total, volume) => total + volume.sizeMiB, 0);
    expect(imageSizeMiB(profile)).toBeLessThan(sum * 1.1 + 96);
  });
});
