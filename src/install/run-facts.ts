/**
 * The facts of an unfinished run on this machine's own disks: its plan was made for them, and the run has changed the
 * disks since.
 */
import { EXIT, failure } from '../errors.ts';
import type { DiskFacts, Facts } from '../facts/facts.ts';
import { listed, type Message } from '../i18n/phrase.ts';

/**
 * What to plan with: `earlier` (of the state folder, null for a first run) as long as this is still that machine with
 * those disks. Throws `other-machine` (exit 4) otherwise: a journal of another machine must not steer what is written
 * here.
 */
export function factsOfRun(earlier: Facts | null, now: Facts): Facts {
  if (earlier === null) return now;
  const missing = earlier.disks.filter((disk) => !now.disks.some((candidate) => isSame(disk, candidate)));
  if (earlier.seed === now.seed && missing.length === 0) return earlier;
  const why: Message =
    earlier.seed !== now.seed
      ? { key: 'errors.other-machine.why.machine' }
      : {
          key: 'errors.other-machine.why.gone',
          values: {
            disks: listed(
              missing.map(({ path, serial, sizeMiB }) => ({
                key: 'errors.other-machine.why.disk',
                values: { disk: path, serial: serial ?? { key: 'parts.disk.unknown' }, size: sizeMiB },
              })),
            ),
          },
        };
  throw failure('other-machine', EXIT.refused, { why });
}

/** Names of disks may change from one boot to the next: a plan that uses them must find the same disk behind them. */
function isSame(disk: DiskFacts, candidate: DiskFacts): boolean {
  const named = disk.byId === null ? candidate.path === disk.path : candidate.byId === disk.byId;
  return named && candidate.serial === disk.serial && candidate.wwn === disk.wwn && candidate.sizeMiB === disk.sizeMiB;
}
