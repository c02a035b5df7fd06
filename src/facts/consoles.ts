/**
 * Where a machine speaks: its screen, and the serial lines that its installer was used or shown on, or that its
 * firmware names. A host that is installed over a serial line must be heard on that line afterwards.
 */
import type { ConsoleFacts, SerialConsole } from './facts.ts';
import type { ProbePort } from './probe-port.ts';

/** I/O ports of ttyS0 to ttyS3, which are com1 to com4, on every PC. */
export const COM_PORTS: readonly number[] = [0x3f8, 0x2f8, 0x3e8, 0x2e8];
/** What Linux drives a serial console with that is given without a speed. */
const KERNEL_BAUD = 9600;
/** What firmware and boot loaders speak where nothing says another speed. */
const USUAL_BAUD = 115_200;
/** PCI's class of everything that shows pictures. */
const DISPLAY_CLASS = /^(0x)?03/;

/** A port that stands in a table of the firmware (SPCR). `baud`: null where the firmware keeps what was set before. */
export interface FirmwarePort {
  readonly ioPort: number;
  readonly baud: number | null;
}

/**
 * `used`: the terminal that a person uses, by its name, null for nobody; undefined: that of this process. Undefined
 * comes back where nothing tells what consoles there are.
 */
export async function probeConsoles(
  port: ProbePort,
  pciClasses: readonly string[],
  used?: string | null,
): Promise<ConsoleFacts | undefined> {
  const active = await port.read('/sys/class/tty/console/active');
  if (active === null) return undefined;
  const own = used === undefined ? await ownSerialLine(port) : used;
  const speeds = kernelSpeeds((await port.read('/proc/cmdline')) ?? '');
  const firmware = parseSpcr((await port.readHex('/sys/firmware/acpi/tables/SPCR')) ?? '');
  // The kernel names its consoles from the least to the one that is /dev/console.
  const wanted: Pick<SerialConsole, 'name' | 'by'>[] = [
    ...(own === null ? [] : [{ name: own, by: 'use' as const }]),
    ...active
      .trim()
      .split(/\s+/)
      .toReversed()
      .map((name) => ({ name, by: 'kernel' as const })),
    ...(firmware === null ? [] : [{ name: await nameOfPort(port, firmware.ioPort), by: 'firmware' as const }]),
  ];
  const serial: SerialConsole[] = [];
  for (const { name, by } of wanted) {
    if (!/^ttyS\d+$/.test(name) || serial.some((one) => one.name === name)) continue;
    const line = await lineOf(port, name);
    if (line === null) continue;
    const ofFirmware = firmware?.ioPort === line.ioPort ? firmware.baud : null;
    // What nobody has opened yet has no speed of its own.
    const now = by === 'firmware' ? null : await speedNow(port, name);
    serial.push({ name, ioPort: line.ioPort, baud: now ?? speeds.get(name) ?? ofFirmware ?? USUAL_BAUD, by });
  }
  return { screen: await hasScreen(port, pciClasses), serial };
}

/** The serial line this process is used on; null where it is a screen, SSH, a pipe. */
export async function ownSerialLine(port: ProbePort): Promise<string | null> {
  for (const descriptor of [0, 1, 2]) {
    const name = /^\/dev\/(ttyS\d+)$/.exec((await port.link(`/proc/self/fd/${descriptor}`)) ?? '')?.[1];
    if (name !== undefined) return name;
  }
  return await lineOfAncestors(port);
}

/** The kernel's number of serial lines, and the first of them: ttyS0 is 4:64. */
const SERIAL_MAJOR = 4;
const FIRST_SERIAL_MINOR = 64;
const MOST_ANCESTORS = 32;

/** sudo and script give what they start a terminal of its own; whoever sits at the line is found behind them. */
async function lineOfAncestors(port: ProbePort): Promise<string | null> {
  let process = 'self';
  for (let step = 0; step < MOST_ANCESTORS; step++) {
    // After the name, which may hold anything: state, parent, group, session, terminal.
    const [, parent = '0', , , terminal = '0'] = ((await port.read(`/proc/${process}/stat`)) ?? '')
      .replace(/^.*\)\s*/s, '')
      .split(' ');
    const [major, minor] = [(Number(terminal) >> 8) & 0xfff, Number(terminal) & 0xff];
    if (major === SERIAL_MAJOR && minor >= FIRST_SERIAL_MINOR) return `ttyS${minor - FIRST_SERIAL_MINOR}`;
    if (!/^[1-9]\d*$/.test(parent)) return null;
    process = parent;
  }
  return null;
}

/** `console=ttyS1,57600n8`: the speeds of the kernel's command line. One without a speed has the kernel's own. */
function kernelSpeeds(commandLine: string): ReadonlyMap<string, number> {
  const words = [...commandLine.matchAll(/(?:^|\s)console=(ttyS\d+)(?:,(\d+))?/g)];
  return new Map(words.map(([, name = '', baud]) => [name, baud === undefined ? KERNEL_BAUD : Number(baud)]));
}

/** As the port is set now: a login may have changed what the kernel began with. */
async function speedNow(port: ProbePort, name: string): Promise<number | null> {
  const said = /^(\d+)$/.exec((await port.run(['stty', '-F', `/dev/${name}`, 'speed']))?.trim() ?? '')?.[1];
  return said === undefined || said === '0' ? null : Number(said);
}

/** Where its registers are: null for memory, and for what is not told; a line without a chip behind it is none at all. */
async function lineOf(port: ProbePort, name: string): Promise<{ readonly ioPort: number | null } | null> {
  const told = async (what: string): Promise<string | null> =>
    (await port.read(`/sys/class/tty/${name}/${what}`))?.trim() ?? null;
  if ((await told('type')) === '0') return null;
  const address = await told('port');
  // Only root is told: the first four have been where they are since there have been PCs.
  if (address === null) return { ioPort: COM_PORTS[Number(name.slice('ttyS'.length))] ?? null };
  const ioPort = Number(address);
  return { ioPort: Number.isInteger(ioPort) && ioPort > 0 ? ioPort : null };
}

/** What Linux calls the port at this address; an empty name where it knows none there. */
async function nameOfPort(port: ProbePort, ioPort: number): Promise<string> {
  for (const name of (await port.list('/sys/class/tty')).filter((one) => /^ttyS\d+$/.test(one))) {
    if (Number((await port.read(`/sys/class/tty/${name}/port`))?.trim() ?? Number.NaN) === ioPort) return name;
  }
  const index = COM_PORTS.indexOf(ioPort);
  return index < 0 ? '' : `ttyS${index}`;
}

/** Linux's own virtual terminals are there without any screen, too. */
async function hasScreen(port: ProbePort, pciClasses: readonly string[]): Promise<boolean> {
  if (pciClasses.some((one) => DISPLAY_CLASS.test(one))) return true;
  return (
    (await port.list('/sys/class/graphics')).some((name) => /^fb\d/.test(name)) ||
    (await port.list('/sys/class/drm')).some((name) => /^card\d/.test(name))
  );
}

/** Header of every ACPI table; then the interface type, and the address of the port in ACPI's general form. */
const SPCR = { type: 36, addressSpace: 40, address: 44, baud: 58, least: 59 } as const;
/** 16550, 16450 with its registers where a 16550 has them, and a 16550 whose address form says all. */
const UARTS: readonly number[] = [0, 1, 0x12];
const SYSTEM_IO = 1;
const SPCR_SPEEDS: Readonly<Record<number, number>> = { 3: 9600, 4: 19_200, 6: 57_600, 7: 115_200 };

/**
 * The firmware's own console (Serial Port Console Redirection) as a PC's port; null where there is none, or one of
 * another kind.
 */
export function parseSpcr(hex: string): FirmwarePort | null {
  const table = Buffer.from(hex, 'hex');
  if (table.length < SPCR.least || table.toString('latin1', 0, 4) !== 'SPCR') return null;
  const ioPort = Number(table.readBigUInt64LE(SPCR.address));
  // An address of nothing: redirection is off.
  if (!UARTS.includes(table.readUInt8(SPCR.type)) || table.readUInt8(SPCR.addressSpace) !== SYSTEM_IO || ioPort === 0)
    return null;
  return { ioPort, baud: SPCR_SPEEDS[table.readUInt8(SPCR.baud)] ?? null };
}
