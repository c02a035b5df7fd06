/**
 * A shell in the terminal of this process, and writing the log somewhere else: what one may want while a run is
 * watched.
 */
import { spawn } from 'node:child_process';
import { copyFile, constants } from 'node:fs/promises';
import { forTerminal } from './process-io.ts';

/** Resolves when the shell has ended, however it ended. */
export async function runShell(note: string): Promise<void> {
  process.stdout.write(forTerminal(note));
  await new Promise<void>((resolve) => {
    const shell = spawn(process.env['SHELL'] ?? '/bin/sh', ['-i'], { stdio: 'inherit' });
    shell.on('error', () => resolve());
    shell.on('exit', () => resolve());
  });
}

/** Never over a file that is there. */
export async function copyLog(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new Error(`${to} exists`) : error;
  });
}
