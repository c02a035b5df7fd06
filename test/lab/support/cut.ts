/** A machine of the lab that loses its power: QEMU is killed at the very moment at which its console has said something. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { accelerator } from '../../../src/system/accelerator.ts';
import { startMachine } from '../../../src/system/qemu.ts';

const POLL_MS = 100;

/** Boots until the console has this, then cuts the power; gives what was said. Throws where the machine ended before, or after the limit. */
export async function bootAndCut(folder: string, name: string, args: readonly string[], moment: RegExp, limitMs: number): Promise<string> {
  const transcript = join(folder, `${name}.log`);
  const machine = await startMachine({ transcript, port: false, arguments: [...(await accelerator()), '-machine', 'q35', '-smp', '2', '-no-reboot', '-vga', 'none', ...args] });
  let isGone = false;
  void machine.gone.then(() => { isGone = true; });
  try {
    for (const untilMs = Date.now() + limitMs; ; ) {
      const said = stripVTControlCharacters(await readFile(transcript, 'utf8').catch(() => ''));
      if (moment.test(said)) return said;
      if (isGone || Date.now() > untilMs) throw new Error(`${name}: ${isGone ? 'the machine ended, and' : ''} the console never said ${String(moment)}:\n${said.slice(-6000)}`);
      await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
    }
  } finally {
    machine.kill();
    await machine.gone;
  }
}
