/**
 * A machine with a screen and a keyboard, as a person sits before it: keys in by QEMU's monitor, pictures out, and the
 * first console's signs as its own kernel has them.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Machine } from '../../../src/system/vm/qemu.ts';

const SIGNS: Readonly<Record<string, readonly string[]>> = {
  ' ': ['spc'],
  '-': ['minus'],
  '/': ['slash'],
  '>': ['shift', 'dot'],
  ';': ['semicolon'],
  '.': ['dot'],
};
/** Between two keys: an emulated keyboard has sixteen places. */
const BETWEEN_MS = 120;
const POLL_MS = 3_000;

/** Keys pressed together, by QEMU's names. */
export async function press(machine: Machine, ...names: readonly string[]): Promise<void> {
  await machine.control.execute('send-key', { keys: names.map((data) => ({ type: 'qcode', data })) });
  await delay(BETWEEN_MS);
}

/** On a keyboard of the United States. */
export async function type(machine: Machine, text: string): Promise<void> {
  for (const sign of text)
    await press(machine, ...(SIGNS[sign] ?? (/[A-Z]/.test(sign) ? ['shift', sign.toLowerCase()] : [sign])));
  await press(machine, 'ret');
}

/** A picture of the screen, as PNG. */
export async function picture(machine: Machine, file: string): Promise<void> {
  await machine.control.execute('screendump', { filename: file, format: 'png' });
}

let count = 0;
/** The shell may not be there yet: what is typed before it is lost. */
const ANSWER_MS = 30_000;

/** What stands on tty1, asked for on tty2, where root has a shell, and told on the serial line. */
async function firstConsole(machine: Machine, transcript: string, limitMs: number): Promise<string> {
  try {
    for (const end = Date.now() + limitMs; ;) {
      const describeBoot = await askShell(machine, transcript);
      if (describeBoot !== null) return describeBoot;
      if (Date.now() > end) throw new Error(`nobody told what is on the screen:\n${machine.tail()}`);
    }
  } finally {
    await press(machine, 'alt', 'f1');
  }
}

async function askShell(machine: Machine, transcript: string): Promise<string | null> {
  count += 1;
  await press(machine, 'alt', 'f2');
  await type(machine, `iconv -f UTF-32LE -t UTF-8 /dev/vcsu1 > /dev/ttyS0; echo end-${count}- > /dev/ttyS0`);
  const describeBoot = new RegExp(`([^]*)end-${count}-`);
  for (const end = Date.now() + ANSWER_MS; Date.now() < end; await delay(500)) {
    const found = describeBoot.exec(readFileSync(transcript, 'utf8'));
    if (found !== null) return (found[1] ?? '').slice(-20_000);
  }
  return null;
}

/** Waits until tty1 shows it; `between`: what is pressed while it does not. */
export async function screenShows(
  machine: Machine,
  transcript: string,
  wanted: RegExp,
  limitMs: number,
  between: () => Promise<void> = async () => undefined,
): Promise<string> {
  for (const end = Date.now() + limitMs; ;) {
    // Only what was told last counts: the line has said more before.
    const before = readFileSync(transcript, 'utf8').length;
    const text = (await firstConsole(machine, transcript, limitMs)).slice(
      -(readFileSync(transcript, 'utf8').length - before),
    );
    if (wanted.test(text)) return text;
    if (Date.now() > end) throw new Error(`never on the screen: ${wanted.source}; it has:\n${text}`);
    await between();
    await delay(POLL_MS);
  }
}
