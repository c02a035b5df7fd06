/**
 * Joins this terminal to a machine's console until the machine ends. Ctrl-] presses its power button, once more pulls
 * the plug. The terminal is given back as it was.
 */
import { english } from '../../i18n/english.ts';
import type { Machine } from './qemu.ts';

const LEAVE = 0x1d;

export async function attachConsole(machine: Machine): Promise<void> {
  const { stdin, stdout } = process;
  const show = (chunk: Buffer): void => {
    stdout.write(chunk);
  };
  let leaving = false;
  const leave = (): void => {
    if (leaving) {
      machine.kill();
      return;
    }
    leaving = true;
    stdout.write(`\r\n${english('cli.boot.powerButton')}\r\n`);
    machine.control.execute('system_powerdown').catch(() => undefined);
  };
  const type = (chunk: Buffer): void => {
    if (chunk.includes(LEAVE)) leave();
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
