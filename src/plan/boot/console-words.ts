/** One console setting for GRUB, Xen, Linux and the login: what each is told. */
import { COM_PORTS } from '../../facts/consoles.ts';
import type { ResolvedConsole } from '../model.ts';

/** What interrupts at com1 to com4, on every PC. */
const COM_INTERRUPTS: readonly number[] = [4, 3, 4, 3];

/**
 * Xen's own arguments; on VGA alone Xen's default is right. It knows two ports by name: com3 and com4 are its first
 * one, with their own registers.
 */
export function xenConsole(console: ResolvedConsole): string[] {
  const { serial, baud, vga } = console;
  if (serial === null) return ['console=vga'];
  const isKnown = serial < 2;
  const com = isKnown ? `com${serial + 1}` : 'com1';
  const registers = isKnown ? '' : `,0x${(COM_PORTS[serial] ?? 0).toString(16)},${COM_INTERRUPTS[serial] ?? 0}`;
  return [`${com}=${baud},8n1${registers}`, `console=${vga ? `vga,${com}` : com}`];
}

/**
 * Linux under Xen: Xen owns the serial port and hands it on as hvc0. The last one is /dev/console, where systemd has a
 * login.
 */
export function linuxConsoleUnderXen(console: ResolvedConsole): string[] {
  return [...(console.vga ? ['console=tty0'] : []), ...(console.serial === null ? [] : ['console=hvc0'])];
}

/** Linux without Xen. */
export function linuxConsolePlain(console: ResolvedConsole): string[] {
  return [
    ...(console.vga ? ['console=tty0'] : []),
    ...(console.serial === null ? [] : [`console=ttyS${console.serial},${console.baud}n8`]),
  ];
}

/** GRUB's settings, as the maker of its menu reads them. */
export function grubConsole(console: ResolvedConsole): string[] {
  if (console.serial === null) return ['GRUB_TERMINAL="console"'];
  return [
    `GRUB_TERMINAL="${console.vga ? 'console serial' : 'serial'}"`,
    `GRUB_SERIAL_COMMAND="serial --unit=${console.serial} --speed=${console.baud} --word=8 --parity=no --stop=1"`,
  ];
}
