/** A real device with the table that an install gives: its id is found on this machine, and the install is refused. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkProfile } from '../../../src/check/check.ts';
import { probeDisks } from '../../../src/facts/disks.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { typeOf } from '../../../src/plan/storage/devices/table.ts';
import { systemProbe } from '../../../src/system/process/probe-port.ts';
import { isRoot } from '../../actions/workbench.ts';
import { find, machineFacts, profileOf } from '../../plan/host.ts';

const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Why it cannot be tried here; null: it can. */
function whyNot(): string | null {
  if (!isRoot) return 'only root can make loop devices';
  // lsblk has what it says of partitions and filesystems from there.
  if (!existsSync('/run/udev/control')) return 'udev does not run here';
  try {
    execFileSync('sh', ['-c', 'for tool in sgdisk losetup lsblk; do command -v $tool || exit 1; done']);
    run('losetup', '--find');
    return null;
  } catch (error) {
    return `no tools, or no loop devices: ${String(error).slice(0, 200)}`;
  }
}
const reason = whyNot();
if (reason !== null) process.stderr.write(`Skipped (test/system/disk/taken-ids): ${reason}\n`);

test.skipIf(reason !== null)(
  'the image of an earlier install that is on a loop device is known by its ids',
  async () => {
    const facts = machineFacts('sata-ssd-and-hdd');
    const profile = profileOf(['host.storage.disks=[{ largest: true }]']);
    const { node, under } = find(buildPlan(profile, facts), 'storage.make', 'host/disk/partition').params;
    const folder = mkdtempSync(join(tmpdir(), 'xw-ids-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const file = join(folder, 'disk');
    run('truncate', '--size=128G', file);
    for (const { argv } of typeOf(node).making?.steps(node, under).slice(0, 2) ?? [])
      run(...argv.map((word) => (under.some(({ path }) => path === word) ? file : word)));
    const loop = run('losetup', '--show', '--find', file);
    onTestFinished(() => {
      run('losetup', '--detach', loop);
    });
    const { otherUuids } = await probeDisks(systemProbe());
    expect(otherUuids).toContainEqual({ path: loop, uuid: node.uuid });
    expect(
      checkProfile(profile, { ...facts, otherUuids })
        .filter(({ exit }) => exit === 4)
        .map(({ code }) => code),
    ).toEqual(['partitions-exist']);
    expect(checkProfile(profile, facts).filter(({ exit }) => exit === 4)).toEqual([]);
  },
);
