/** Captures of machines: what is written down of some disks tells of them what the whole machine told. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { probeDisks } from '../../src/facts/disks.ts';
import type { DiskFacts } from '../../src/facts/facts.ts';
import { captureOfDisks, recorded, replayed, type Capture } from '../machines/capture.ts';

const whole = JSON.parse(
  readFileSync(new URL('../machines/raw/leftovers-md-lvm.json', import.meta.url), 'utf8'),
) as Capture;

const disksOf = async (capture: Capture): Promise<DiskFacts[]> => (await probeDisks(replayed(capture))).disks;

test('a capture of two disks has their facts, and nothing of the others', async () => {
  const all = await disksOf(whole);
  const some = await captureOfDisks(whole, ['sda', 'sdc']);
  expect(await disksOf(some)).toEqual(all.filter(({ path }) => ['/dev/sda', '/dev/sdc'].includes(path)));
  expect(all.length).toBeGreaterThan(2);
  expect(
    Object.keys(some).filter((question) => /\/(sdb|sdd)\b/.test(question) && !question.startsWith('link')),
  ).toEqual([]);
});

test('claims, mounts and open files are written down, too', async () => {
  const seen: Capture = {
    'run lsblk -J -b -O': JSON.stringify({
      blockdevices: ['vda', 'vdb', 'vdc'].map((name, index) => ({
        ...{ name, type: 'disk', size: 1_073_741_824, 'maj:min': `254:${index}` },
        ...{ path: `/dev/${name}`, vendor: null, alignment: 0 },
      })),
    }),
    mountTables: [{ pid: 1, text: '40 1 254:0 / /srv rw - ext4 /dev/vda rw\n' }],
    openFiles: [{ pid: 7, program: 'dd', path: '/dev/vdb', device: '254:1' }],
    'claim /dev/vdc': 'taken',
  };
  const { port, capture } = recorded(replayed(seen));
  const { disks } = await probeDisks(port);
  expect(disks.map(({ usedBy }) => usedBy)).toEqual([['/srv'], ['process:dd (7)'], ['claimed:/dev/vdc']]);
  expect(await disksOf(JSON.parse(JSON.stringify(capture)) as Capture)).toEqual(disks);
  const two = await captureOfDisks(seen, ['vda', 'vdc']);
  expect((await disksOf(two)).map(({ usedBy }) => usedBy)).toEqual([['/srv'], ['claimed:/dev/vdc']]);
  expect(two['run lsblk -J -b -O']).not.toMatch(/vdb|alignment|null/);
});
