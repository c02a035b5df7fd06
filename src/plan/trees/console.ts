/** One console setting for GRUB, Xen, Linux and the login: what each is told. */
import type { ResolvedConsole } from '../model.ts';

/** Xen's own arguments; on VGA alone Xen's default is right. */
export function xenConsole(console: ResolvedConsole): string[] {
  if (console.serial === null) return ['console=vga'];
  const com = `com${console.serial + 1}`;
  return [`${com}=${console.baud},8n1`, `console=${console.vga ? `vga,${com}` : com}`];
}

/** Linux under Xen: Xen owns the serial port and hands it on as hvc0. The last one is /dev/console. */
export function linuxConsoleUnderXen(console: ResolvedConsole): string[] {
  return [...(console.vga ? ['console=tty0'] : []), ...(console.serial === null ? [] : ['console=hvc0'])];
}

/** Linux without Xen. */
export function linuxConsolePlain(console: ResolvedConsole): string[] {
  return [...(console.vga ? ['console=tty0'] : []), ...(console.serial === null ? [] : [`console=ttyS${console.serial},${console.baud}n8`])];
}

/** GRUB's settings for /etc/default/grub. */
export function grubConsole(console: ResolvedConsole): string[] {
  if (console.serial === null) return ['GRUB_TERMINAL="console"'];
  return [
    `GRUB_TERMINAL="${console.vga ? 'console serial' : 'serial'}"`,
    `GRUB_SERIAL_COMMAND="serial --unit=${console.serial} --speed=${console.baud} --word=8 --parity=no --stop=1"`,
  ];
}
