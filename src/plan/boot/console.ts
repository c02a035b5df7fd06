/**
 * What `host.xen.console` means on a machine: which screen and serial line GRUB, Xen, Linux and the login speak on.
 * Pure.
 */
import { COM_PORTS } from '../../facts/consoles.ts';
import type { Facts, SerialConsole } from '../../facts/facts.ts';
import type { ResolvedConsole } from '../model.ts';

/** What an image's machine speaks, and a port that is named without a speed. */
const USUAL_BAUD = 115_200;
/** What GRUB, Xen and Linux all can be told. */
const SPEEDS: readonly number[] = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

/**
 * `auto`: an image's machine has a screen and COM1. Another one is heard where its installer was used or shown, and
 * where its firmware speaks: on its screen, if it has one, and on the first serial line that Xen can be led to.
 */
export function resolveConsole(text: string, facts: Pick<Facts, 'kind' | 'consoles'>): ResolvedConsole {
  if (text !== 'auto') {
    const serial = /com(\d)(?:,(\d+))?/.exec(text);
    return {
      vga: text.startsWith('vga'),
      serial: serial === null ? null : Number(serial[1]) - 1,
      baud: Number(serial?.[2] ?? USUAL_BAUD),
    };
  }
  if (facts.kind === 'image') return { vga: true, serial: 0, baud: USUAL_BAUD };
  const line = facts.consoles?.serial.find((one) => comOf(one) !== null);
  if (line === undefined) return { vga: true, serial: null, baud: USUAL_BAUD };
  return {
    vga: facts.consoles?.screen ?? true,
    serial: comOf(line),
    baud: SPEEDS.includes(line.baud) ? line.baud : USUAL_BAUD,
  };
}

/**
 * Which of com1 to com4 (from 0) a serial line is; null where it is none: its registers are elsewhere, and nothing that
 * starts before Linux finds it.
 */
export function comOf({ name, ioPort }: Pick<SerialConsole, 'name' | 'ioPort'>): number | null {
  const index = Number(name.slice('ttyS'.length));
  return ioPort !== null && COM_PORTS[index] === ioPort ? index : null;
}

/** As a profile says it: `vga+com1,115200`. */
export function consoleWords({ vga, serial, baud }: ResolvedConsole): string {
  return [...(vga ? ['vga'] : []), ...(serial === null ? [] : [`com${serial + 1},${baud}`])].join('+');
}
