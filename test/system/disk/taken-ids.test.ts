/**
 * A real device with the table that an install gives: its id is found on this machine, and the install is refused.
 * Where no udev runs, test/lab/sets.full.test.ts does the same in a virtual machine.
 */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRoot } from '../../actions/workbench.ts';
import { machineFacts } from '../../plan/host.ts';
import { seenOnLoop, whyNoLoops } from './earlier-install.ts';

/** Why it cannot be tried here; null: it can. */
function whyNot(): string | null {
  if (!isRoot) return 'only root can make loop devices';
  // lsblk has what it says of partitions and filesystems from there.
  if (!existsSync('/run/udev/control')) return 'udev does not run here';
  return whyNoLoops();
}
const reason = whyNot();
if (reason !== null) process.stderr.write(`Skipped (test/system/disk/taken-ids): ${reason}\n`);

test.skipIf(reason !== null)(
  'the image of an earlier install that is on a loop device is known by its ids',
  async () => {
    const { loop, uuid, otherUuids, refused, refusedWithout } = await seenOnLoop(machineFacts('sata-ssd-and-hdd'));
    expect(otherUuids).toContainEqual({ path: loop, uuid });
    expect(refused).toEqual(['partitions-exist']);
    expect(refusedWithout).toEqual([]);
  },
);
