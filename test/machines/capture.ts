/**
 * What a machine answers when its disks are looked at, written down and played back. Captures of whole machines lie in
 * raw/, those of sets of disks in sets/.
 */
import { probeDisks } from '../../src/facts/disks.ts';
import { isRecord, parseJson, records } from '../../src/facts/lsblk.ts';
import type { DiskProbePort, OpenFile } from '../../src/facts/probe-port.ts';

/** By question, such as `read /proc/swaps`; what had no answer is left out. */
export type Capture = Readonly<Record<string, unknown>>;

const LSBLK = 'run lsblk -J -b -O';
/** Of the columns of `lsblk -O`, those that src/facts/lsblk.ts reads. */
const COLUMNS = new Set([
  ...['name', 'kname', 'path', 'maj:min', 'type', 'size', 'ro', 'rm', 'rota', 'mountpoints', 'children'],
  ...['model', 'serial', 'wwn', 'vendor', 'tran', 'subsystems', 'log-sec', 'phy-sec'],
  ...['pttype', 'ptuuid', 'fstype', 'label', 'uuid', 'partlabel', 'partuuid'],
]);

/** A port that answers as `port` does, and the answers so far. */
export function recorded(port: DiskProbePort): { readonly port: DiskProbePort; readonly capture: Capture } {
  const capture: Record<string, unknown> = {};
  const noted = <T>(question: string, answer: T): T => {
    if (answer !== null && !(Array.isArray(answer) && answer.length === 0)) capture[question] = answer;
    return answer;
  };
  return {
    capture,
    port: {
      read: async (path) => noted(`read ${path}`, await port.read(path)),
      readHex: async (path) => noted(`readHex ${path}`, await port.readHex(path)),
      link: async (path) => noted(`link ${path}`, await port.link(path)),
      list: async (path) => noted(`list ${path}`, await port.list(path)),
      run: async (argv) => noted(`run ${argv.join(' ')}`, await port.run(argv)),
      device: async (path) => noted(`device ${path}`, await port.device(path)),
      claim: async (path) => noted(`claim ${path}`, await port.claim(path)),
      mountTables: async () => noted('mountTables', await port.mountTables()),
      openFiles: async () => noted('openFiles', await port.openFiles()),
    },
  };
}

/** Plays a capture back: what the machine answered, and nothing where it had nothing. */
export function replayed(capture: Capture): DiskProbePort {
  const text = (question: string): string | null => (capture[question] as string | undefined) ?? null;
  return {
    read: async (path) => text(`read ${path}`),
    readHex: async (path) => text(`readHex ${path}`),
    link: async (path) => text(`link ${path}`),
    list: async (path) => (capture[`list ${path}`] as string[] | undefined) ?? [],
    run: async (argv) => text(`run ${argv.join(' ')}`),
    device: async (path) => text(`device ${path}`),
    claim: async (path) =>
      (capture[`claim ${path}`] as 'free' | 'taken' | 'unknown' | 'silent' | undefined) ?? 'unknown',
    mountTables: async () => (capture['mountTables'] as { pid: number; text: string }[] | undefined) ?? [],
    openFiles: async () => (capture['openFiles'] as OpenFile[] | undefined) ?? [],
  };
}

/** The machine as if it had these disks alone (`vda`, as the kernel calls them): nothing that only others are asked for. */
export async function captureOfDisks(whole: Capture, names: readonly string[]): Promise<Capture> {
  const listing = parseJson(whole[LSBLK] as string);
  const disks = (isRecord(listing) ? records(listing['blockdevices']) : []).filter((disk) =>
    names.includes(String(disk['kname'] ?? disk['name'])),
  );
  const { port, capture } = recorded(
    replayed({ ...whole, [LSBLK]: JSON.stringify({ blockdevices: disks.map(columnsRead) }) }),
  );
  await probeDisks(port);
  return Object.fromEntries(Object.entries(capture).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function columnsRead(node: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept = Object.entries(node).filter(([name, value]) => COLUMNS.has(name) && value !== null);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'children' ? records(value).map(columnsRead) : value]),
  );
}
