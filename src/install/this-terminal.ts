/** What the terminal of this process can do. */
import { setFlagsFromString } from 'node:v8';
import { terminalOf, type Terminal } from '../ui/terminal/terminal.ts';

export function thisTerminal(): Terminal {
  return terminalOf({
    env: process.env,
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
  });
}

export function terminalSize(): { readonly columns: number; readonly rows: number } {
  return { columns: process.stdout.columns, rows: process.stdout.rows };
}

/** What was compiled of the program at its start is kept by then (src/setup/load-pieces.mjs), for the flags of a start. */
const AFTER_START_MS = 5_000;

/** What only shows must not take the memory of what works: V8 lets garbage lie where there is much memory. */
export function holdLittleMemory(): void {
  setTimeout(() => setFlagsFromString('--optimize-for-size'), AFTER_START_MS).unref();
}
