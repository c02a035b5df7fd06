/** Joins this terminal to a machine's console until the machine ends or Ctrl-] is pressed. The terminal is given back as it was. */
import type { Machine } from './qemu.ts';

const LEAVE = 0x1d;

export async function attachConsole(machine: Machine): Promise<void> {
  const { stdin, stdout } = process;
  const show = (chunk: Buffer): void => { stdout.write(chunk); };
  const type = (chunk: Buffer): void => {
    if (chunk.includes(LEAVE)) machine.kill();
    else machine.console.write(chunk);
  };
  machine.console.on('data', show);
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', type);
  try {
    await machine.gone;
  } finally {
    stdin.off('data', type);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write('\r\n');
  }
}
