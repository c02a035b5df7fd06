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

/** A first screen is there by then. */
const AFTER_START_MS = 5_000;

/** What only shows must not take the memory of what works: V8 lets garbage lie where there is much memory. */
export function holdLittleMemory(): void {
  // What was compiled at the start is kept for starts (src/setup/load-pieces.mjs), and those have other flags.
  process.emit('xenwright:started' as never);
  setFlagsFromString('--optimize-for-size');
}

/** The same, for what begins calmly: its first screen comes sooner the next time when all of its start is kept. */
export function holdLittleMemoryLater(): void {
  setTimeout(holdLittleMemory, AFTER_START_MS).unref();
}
