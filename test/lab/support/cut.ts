/** Machines of the lab that are watched to another end than a good one: their power is cut at a moment, or they stop by themselves. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { accelerator } from '../../../src/system/accelerator.ts';
import { startMachine } from '../../../src/system/qemu.ts';

const POLL_MS = 100;

/** Boots until the console has this, then cuts the power (QEMU is killed); gives what was said. Throws where the machine ended before, or after the limit. */
export async function bootAndCut(folder: string, name: string, args: readonly string[], moment: RegExp, limitMs: number): Promise<string> {
  return await watched(folder, name, args, limitMs, (said, isGone) => {
    if (!moment.test(said) && isGone) throw new Error(`${name} ended, and the console never said ${String(moment)}:\n${said.slice(-6000)}`);
    return moment.test(said);
  });
}

/** Boots and waits until the machine has ended by itself, by whatever way; gives what was said. Throws after the limit. */
export async function bootToEnd(folder: string, name: string, args: readonly string[], limitMs: number): Promise<string> {
  return await watched(folder, name, args, limitMs, (_, isGone) => isGone);
}

async function watched(folder: string, name: string, args: readonly string[], limitMs: number, isOver: (said: string, isGone: boolean) => boolean): Promise<string> {
  const transcript = join(folder, `${name}.log`);
  const machine = await startMachine({ transcript, port: false, arguments: [...(await accelerator()), '-machine', 'q35', '-smp', '2', '-no-reboot', '-vga', 'none', ...args] });
  let isGone = false;
  void machine.gone.then(() => { isGone = true; });
  try {
    for (const untilMs = Date.now() + limitMs; ;) {
      const wasGone = isGone;
      const said = stripVTControlCharacters(await readFile(transcript, 'utf8').catch(() => ''));
      if (isOver(said, wasGone)) return said;
      if (Date.now() > untilMs) throw new Error(`${name} was watched for too long:\n${said.slice(-6000)}`);
      await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
    }
  } finally {
    machine.kill();
    await machine.gone;
  }
}
