/** The host's own starter and check, which the install has put there: they have locks, pace, retries and notes. */
import { domuVerdictsIn, type DomuVerdict } from '../../report/domu-verdict.ts';
import { apart } from './apart.ts';
import { exec } from '../../system/process/exec.ts';
import type { Units } from '../../system/process/systemd.ts';

/** Where they are. */
export interface Scripts {
  readonly starter: string;
  readonly check: string;
}
export const SCRIPTS: Scripts = { starter: '/usr/lib/xenwright/domus', check: '/usr/lib/xenwright/first-boot' };
/** Why one does not run, in its note of one that was stopped (assets/host/domus.py). */
export const WAS_STOPPED = 'it was stopped';

/** The scripts have their own limits, which fit slow hosts; these only end what hangs. */
const START_LIMIT_MS = 60 * 60_000;
const CHECK_LIMIT_MS = 120 * 60_000;

/** The command that does that. The starter of an earlier version leaves the processes of xl where it was called. */
export function starterCommand(
  { starter }: Scripts,
  units: Units,
  verb: 'start' | 'stop',
  names: readonly string[],
): string[] {
  const argv = [starter, verb, ...names];
  return verb === 'stop' || units.hasDomuUnits ? argv : apart(argv, 'DomUs', units);
}

/** Starts these, or stops them. Resolves with what it said, line by line, not cleaned. */
export async function runStarter(
  { scripts, units }: { readonly scripts: Scripts; readonly units: Units },
  verb: 'start' | 'stop',
  names: readonly string[],
): Promise<string[]> {
  const { stdout } = await exec(starterCommand(scripts, units, verb, names), {
    timeoutMs: START_LIMIT_MS,
    quiet: true,
  });
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

/** Waits until they are up, or will not be. Null: the check said nothing that can be read. */
export async function askCheck({ check }: Scripts, names: readonly string[]): Promise<DomuVerdict[] | null> {
  const { stdout } = await exec([check, ...names], { timeoutMs: CHECK_LIMIT_MS, quiet: true, okCodes: [0, 1] });
  return domuVerdictsIn(stdout.trim().split('\n').at(-1) ?? '');
}
