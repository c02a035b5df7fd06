/** What an install asks a system for must be on our own medium: it may have no network to fetch it by. */
import { expect, test } from 'vitest';
import { livePackages } from '../../src/medium/build/live-packages.ts';
import { BUILD_TOOLS, DISK_TOOLS } from '../../src/system/process/provide-tools.ts';
import { packageFor } from '../../src/system/process/tool-packages.ts';

/** In every Debian. */
const ESSENTIAL = new Set(['apt', 'tar', 'util-linux']);

test('every tool that an install onto disks asks for is on the medium', () => {
  const there = new Set([...livePackages(false), ...ESSENTIAL]);
  expect(Object.keys({ ...DISK_TOOLS, ...BUILD_TOOLS }).filter((tool) => !there.has(packageFor(tool, 'apt')))).toEqual(
    [],
  );
});
