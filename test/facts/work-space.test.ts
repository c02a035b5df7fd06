import { expect, test } from 'vitest';
import { spaceFor, treeInMemoryMiB } from '../../src/facts/work-space.ts';
import { planOf } from '../plan/host.ts';

const builds = planOf().actions.filter(
  (action) => action.kind === 'base.build' && action.params.base.role !== 'appliance',
);
const need = spaceFor(builds, { freeMiB: 99_999, isMemory: false }, 0).needMiB;

test('a host and one release of DomUs take more than was measured, and fit a machine of 4 GiB', () => {
  expect(need).toBeGreaterThan(1950);
  // What a rescue system leaves of it.
  expect(spaceFor(builds, { freeMiB: 1900, isMemory: true }, 3500).where).toBe('memory');
});

test.each([
  ['a disk with room', { freeMiB: 50_000, isMemory: false }, 1024, 'folder'],
  ['a full disk, and enough memory', { freeMiB: 1000, isMemory: false }, 16_000, 'memory'],
  ['a root in memory that has room, and the memory for it', { freeMiB: 8000, isMemory: true }, 8000, 'folder'],
  ['a root in memory that promises more than there is', { freeMiB: 8000, isMemory: true }, 2500, 'nowhere'],
  ['a root in memory that is limited, on a machine with more', { freeMiB: 2000, isMemory: true }, 16_000, 'memory'],
  ['a root in memory that it would fill to the brim', { freeMiB: need + 100, isMemory: true }, 16_000, 'memory'],
  ['little of both', { freeMiB: 1000, isMemory: true }, 2000, 'nowhere'],
])('%s', (_, folder, memoryMiB, where) => {
  expect(spaceFor(builds, folder, memoryMiB).where).toBe(where);
});

test('bases that are there already take nothing, however little there is', () => {
  expect(spaceFor([], { freeMiB: 0, isMemory: true }, 100)).toEqual({ needMiB: 0, where: 'folder' });
});

test('a refusal names what of the memory could have been used', () => {
  expect(spaceFor(builds, { freeMiB: 100, isMemory: true }, 2000)).toEqual({
    needMiB: need,
    where: 'nowhere',
    memoryMiB: 1232,
  });
});

test('a tree lies in memory where a third of it stays free, with what was promised to others counted', () => {
  const domu = { role: 'domu' as const, packages: [] };
  expect(treeInMemoryMiB(domu, 8192, 0)).toBe(1050);
  expect(treeInMemoryMiB(domu, 8192, 5000)).toBeNull();
  expect(treeInMemoryMiB(domu, 1500, 0)).toBeNull();
  expect(treeInMemoryMiB({ role: 'domu', packages: Array.from({ length: 425 }, () => 'x') }, 8192, 0)).toBeNull();
});
