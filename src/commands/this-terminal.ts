/** What the terminal of this process can do. */
import { terminalOf, type Terminal } from '../ui/terminal.ts';

export function thisTerminal(): Terminal {
  return terminalOf({ env: process.env, inputIsTerminal: process.stdin.isTTY === true, outputIsTerminal: process.stdout.isTTY === true });
}
