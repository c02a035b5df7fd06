/**
 * Sets of devices as a virtual machine with Debian's kernel had them (test/lab/sets.full.test.ts, which writes such
 * captures): the disks' users are those that they really had.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isReleasable } from '../../src/facts/disk-fit.ts';
import { probeDisks } from '../../src/facts/disks.ts';
import { differences, SETS } from '../lab/support/sets.ts';
import { replayed, type Capture } from '../machines/capture.ts';

interface Captured {
  readonly capturedFrom: string;
  readonly set: string;
  readonly state: 'idle' | 'busy';
  readonly disks: readonly string[];
  readonly capture: Capture;
}
const FOLDER = join(import.meta.dirname, '../machines/sets');
const captures = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.json')) : [];

describe.runIf(captures.length > 0)('captured in a virtual machine', () => {
  test.for(captures)('%s: who uses each disk, and whether it can be taken', async (file) => {
    const {
      set: name,
      state,
      disks,
      capture,
      capturedFrom,
    } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Captured;
    expect(capturedFrom).toMatch(/^QEMU/);
    const set = SETS.find((one) => one.name === name);
    const wanted = state === 'idle' ? set?.idle : set?.use?.users;
    const probed = await probeDisks(replayed(capture));
    const users = disks.map((disk) => probed.disks.find(({ path }) => path === `/dev/${disk}`)?.usedBy ?? ['none']);
    expect(users.map((found, index) => differences(found, wanted?.[index] ?? ['?'], disks))).toEqual(
      disks.map(() => []),
    );
    const isKept = users.flat().some((user) => !isReleasable(user));
    expect(isKept).toBe(state === 'busy');
  });
});

describe('the table of sets', () => {
  test.for(SETS)('$name: its scripts are shell, and every disk has its users', ({ name, make, idle, use, serials }) => {
    for (const script of [make, use?.begin ?? '', use?.end ?? '']) execFileSync('sh', ['-n', '-c', script]);
    expect(SETS.filter((one) => one.name === name)).toHaveLength(1);
    // Two paths lead to one disk.
    expect(idle).toHaveLength(serials.includes('twin') ? 2 : serials.length);
    if (use !== undefined) {
      expect(use.users).toHaveLength(idle.length);
      expect((use.wayOut === undefined) !== (use.end === undefined)).toBe(true);
    }
  });

  test('what differs is said, whatever the order', () => {
    expect(
      differences(['process:sleep (7)', 'dm:vdc-part1'], ['dm:{1}-part1', 'process:sleep \\(\\d+\\)'], ['vdc']),
    ).toEqual([]);
    expect(differences(['md:md10', 'swap'], ['md:md11', 'swap'], [])).toEqual([
      'missing: ^(?:md:md11)$',
      'too many: md:md10',
    ]);
    expect(differences(['swap', 'swap'], ['swap'], [])).toEqual(['too many: swap']);
  });
});
