/**
 * This very program, for starting it again and for carrying it along: the single executable, or a script and its
 * Node.js.
 */
import { isSea } from 'node:sea';

/** `script` is null in the single executable, which is both. */
export interface OwnProgram {
  readonly executable: string;
  readonly script: string | null;
}

export function ownProgram(): OwnProgram {
  if (isSea()) return { executable: process.execPath, script: null };
  const script = process.argv[1];
  if (script === undefined) throw new Error('the program does not know its own path');
  return { executable: process.execPath, script };
}

/** The words that start it again with these arguments. */
export function ownCommand(...args: readonly string[]): string[] {
  const { executable, script } = ownProgram();
  return script === null ? [executable, ...args] : [executable, ...process.execArgv, script, ...args];
}
