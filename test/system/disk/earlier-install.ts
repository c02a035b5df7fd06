/**
 * What an earlier install has left on a device: the table of partitions that a plan makes, with its ids. Runs on this
 * machine and inside virtual ones.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkProfile } from '../../../src/check/check.ts';
import { probeDisks } from '../../../src/facts/disks.ts';
import type { Facts, FoundUuid } from '../../../src/facts/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { typeOf } from '../../../src/plan/storage/devices/table.ts';
import type { EffectiveProfile } from '../../../src/profile/effective.ts';
import { systemProbe } from '../../../src/system/process/probe-port.ts';
import { find, profileOf } from '../../plan/host.ts';

const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Why there can be no such thing on a loop device here; null: there can. Needs root. */
export function whyNoLoops(): string | null {
  try {
    execFileSync('sh', ['-c', 'for tool in sgdisk losetup lsblk; do command -v $tool || exit 1; done']);
    run('losetup', '--find');
    return null;
  } catch (error) {
    return `no tools, or no loop devices: ${String(error).slice(0, 200)}`;
  }
}

/** Writes the table of the plan of this host to `path`, whatever disk the plan is for. Gives the table's id. */
export function writeTable(profile: EffectiveProfile, facts: Facts, path: string): string {
  const { node, under } = find(buildPlan(profile, facts), 'storage.make', 'host/disk/partition').params;
  for (const { argv } of typeOf(node).making?.steps(node, under).slice(0, 2) ?? [])
    run(...argv.map((word) => (under.some((below) => below.path === word) ? path : word)));
  return node.uuid ?? '';
}

/** Codes of what forbids this install. */
export function refusalsOf(profile: EffectiveProfile, facts: Facts): string[] {
  return checkProfile(profile, facts)
    .filter(({ exit }) => exit === 4)
    .map(({ code }) => code);
}

export interface SeenOnLoop {
  readonly loop: string;
  readonly uuid: string;
  readonly otherUuids: readonly FoundUuid[];
  readonly refused: readonly string[];
  readonly refusedWithout: readonly string[];
}

/** The image of an earlier install of the machine of `facts`, on a loop device of this one: what is seen, and refused. */
export async function seenOnLoop(facts: Facts): Promise<SeenOnLoop> {
  const profile = profileOf(['host.storage.disks=[{ largest: true }]']);
  const folder = mkdtempSync(join(tmpdir(), 'xw-ids-'));
  try {
    const file = join(folder, 'disk');
    run('truncate', '--size=128G', file);
    const uuid = writeTable(profile, facts, file);
    const loop = run('losetup', '--show', '--find', file);
    try {
      run('udevadm', 'settle', '--timeout=60');
      const { otherUuids } = await probeDisks(systemProbe());
      const refused = refusalsOf(profile, { ...facts, otherUuids });
      return { loop, uuid, otherUuids, refused, refusedWithout: refusalsOf(profile, facts) };
    } finally {
      run('losetup', '--detach', loop);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
