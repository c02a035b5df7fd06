/** The install in a process of its own, started by one that shows it: takes its request from there, and tells its end. Not for people. */
import { EXIT, XenwrightError } from '../errors.ts';
import { behindParent, type ErrorFields } from '../system/run-behind.ts';
import type { CommandIo } from '../system/process-io.ts';
import { install, type InstallOptions } from './install.ts';

/** It goes through a socket pair between the two: nothing of it is an argument or lies on a disk. */
export interface BehindRequest {
  readonly sources: readonly string[]; readonly options: InstallOptions;
  /** What the person has agreed to. */
  readonly planHash: string;
  /** Passwords that were asked, by their path. */
  readonly answers: readonly (readonly [string, string])[];
}

export async function installBehind(io: CommandIo): Promise<number> {
  const parent = behindParent();
  if (!parent.isThere()) throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: 'install-behind is started by install --ui panes alone', hint: 'use install' });
  const { sources, options, planHash, answers } = await parent.request as BehindRequest;
  // What was found in the profile was said there already, before it was agreed to.
  let isOpen = false;
  const quiet: CommandIo = { readText: io.readText, out: () => undefined, err: (text) => { if (isOpen) void parent.send({ type: 'told', text }); }, interactive: false };
  try {
    const exit = await install(sources, { ...options, behind: { planHash, answers: new Map(answers), opened: () => { isOpen = true; }, listening: (folder) => { void parent.send({ type: 'listening', folder }); }, isWatched: parent.isThere } }, quiet);
    await parent.send({ type: 'ended', exit });
    return exit;
  } catch (thrown) {
    const error = fieldsOf(thrown);
    await parent.send({ type: 'refused', error });
    return error.exit;
  }
}

function fieldsOf(thrown: unknown): ErrorFields {
  if (thrown instanceof XenwrightError) return { code: thrown.code, message: thrown.message, exit: thrown.exit, hint: thrown.hint, command: thrown.command, lastLines: thrown.lastLines };
  return { code: 'internal-fault', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), exit: EXIT.fault, hint: 'this is a fault of Xenwright itself; please report it with the lines above', command: undefined, lastLines: [] };
}
