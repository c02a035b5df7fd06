/**
 * Machines of the lab that are watched to another end than a good one: their power is cut at a moment, or they stop by
 * themselves.
 */
import { watch } from './watch.ts';

const POLL_MS = 100;

/**
 * Boots until the console has this, then cuts the power (QEMU is killed); gives what was said. Throws where the machine
 * ended before, or after the limit.
 */
export async function bootAndCut(
  folder: string,
  name: string,
  args: readonly string[],
  moment: RegExp,
  limitMs: number,
): Promise<string> {
  return await watch({ folder, name, machine: args, limitMs, pollMs: POLL_MS }, (said, isGone) => {
    if (moment.test(said)) return 'over';
    if (isGone) throw new Error(`${name} ended, and the console never said ${String(moment)}:\n${said.slice(-6000)}`);
    return 'wait';
  });
}

/** Boots and waits until the machine has ended by itself, by whatever way; gives what was said. Throws after the limit. */
export async function bootToEnd(
  folder: string,
  name: string,
  args: readonly string[],
  limitMs: number,
): Promise<string> {
  return await watch({ folder, name, machine: args, limitMs, pollMs: POLL_MS }, (_, isGone) =>
    isGone ? 'over' : 'wait',
  );
}
