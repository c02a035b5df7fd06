/** The two lines under the list of DomUs: what is used of memory and disk, nearly full before it is too much. */
import { expect, test } from 'vitest';
import { totalLines } from '../../components/screens/domu-list.tsx';
import { english } from '../../src/i18n/english.ts';
import type { Draft } from '../../src/ui/answers/draft.ts';
import { totalsOf } from '../../src/ui/answers/totals.ts';
import { environmentOf } from '../ui/wizard/drive.ts';

const environment = environmentOf();
const HOST = {
  hostname: 'xen1',
  storage: { disks: [{ largest: true }], root: '4G', swap: '512M', cache: '2G' },
  xen: { memory: '1G' },
};
const draft = (memoryMiB: number, rootMiB = 1024): Draft => ({
  target: { kind: 'disks' },
  profile: {
    version: 1,
    host: HOST,
    domus: [{ name: 'web1', memory: `${memoryMiB}M`, disks: { root: { size: `${rootMiB}M` }, swap: 0 } }],
  },
});
const lines = (of: Draft): { text: string; style: string | undefined }[] =>
  totalLines(totalsOf(of, environment), { t: english } as Parameters<typeof totalLines>[1]).map((pieces) => ({
    text: pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join(''),
    style: pieces.map((piece) => (typeof piece === 'string' ? undefined : piece.style)).at(-1),
  }));

test('a DomU that fits is only counted', () => {
  const [memory] = lines(draft(256));
  expect(memory).toEqual({
    text: expect.stringMatching(/^ {3}Memory {2}\S.* of .*including Dom0 and Xen$/),
    style: undefined,
  });
});

test('above nine tenths the memory is nearly full, and above all of it too much', () => {
  const { memoryMiB } = totalsOf(draft(256), environment);
  const rest = memoryMiB.total - (memoryMiB.used - 256);
  expect(lines(draft(rest - 20))[0]).toEqual({ text: expect.stringContaining('nearly full'), style: 'warning' });
  expect(lines(draft(rest))[0]).toEqual({ text: expect.stringContaining('nearly full'), style: 'warning' });
  expect(lines(draft(rest + 1))[0]).toEqual({ text: expect.stringContaining('too much'), style: 'error' });
});

test('the disk is counted with Dom0 and the reserve, and warns in the same way', () => {
  const { diskMiB } = totalsOf(draft(256), environment);
  const rest = (diskMiB.total ?? 0) - (diskMiB.used - 1024);
  expect(diskMiB).toMatchObject({ grows: false, total: expect.any(Number) });
  expect(lines(draft(256))[1]?.text).not.toMatch(/full|much/);
  expect(lines(draft(256, Math.floor(rest * 0.99)))[1]).toEqual({
    text: expect.stringContaining('nearly full'),
    style: 'warning',
  });
  expect(lines(draft(256, rest + 2048))[1]).toEqual({ text: expect.stringContaining('too much'), style: 'error' });
});
