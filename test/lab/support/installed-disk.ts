/**
 * Reads an installed disk's image with nothing mounted and no kernel's help: partitions by sfdisk, volumes by LVM's own
 * text, files by debugfs.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, openSync, readSync } from 'node:fs';

const SECTOR_BYTES = 512;
/** Of the metadata area in which the text lies, and of its own header (lib/format_text/layout.h). */
const AREA_BYTES = 4096;
const TEXT_PLACE = AREA_BYTES + 40;

export interface InstalledDisk {
  /** Of each partition, by its label: its identity in the table. */
  readonly partitions: Readonly<Record<string, string>>;
  /** The volume group's and each volume's own identity. */
  readonly volumes: Readonly<Record<string, string>>;
  /** A partition or volume as the tools of ext4 take it: the image, and where in it. */
  place(where: string): string;
  /** The UUID of the ext4 on a partition or volume. */
  filesystem(where: string): string;
  /** What a file on it holds; null where there is none. */
  file(where: string, path: string): string | null;
}
interface Partition {
  readonly name: string;
  readonly uuid: string;
  readonly start: number;
}

/** An installed image once more, with what is known of its host; holes stay holes. */
export function copyInstalled(image: string, copy: string): void {
  execFileSync('cp', ['--sparse=always', '--reflink=auto', image, copy]);
  cpSync(`${image}.xenwright`, `${copy}.xenwright`, { recursive: true });
}

export function readInstalledDisk(image: string): InstalledDisk {
  const table = JSON.parse(execFileSync('sfdisk', ['--json', image], { encoding: 'utf8' })) as {
    partitiontable: { id: string; partitions: Partition[] };
  };
  const startOf = new Map(table.partitiontable.partitions.map(({ name, start }) => [name, start * SECTOR_BYTES]));
  const lvm = table.partitiontable.partitions.find(
    ({ start }) => bytesAt(image, (start + 1) * SECTOR_BYTES, 8).toString('latin1') === 'LABELONE',
  );
  if (lvm === undefined) throw new Error(`${image} has no LVM`);
  const group = readGroup(image, lvm.start * SECTOR_BYTES);
  const tool = (argv: readonly string[]): string =>
    execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const at = (where: string): string => {
    const offset = group.offsets.get(where) ?? startOf.get(where);
    if (offset === undefined)
      throw new Error(`${image} has no ${where}: there are ${[...startOf.keys(), ...group.offsets.keys()].join(', ')}`);
    return `${image}?offset=${offset}`;
  };
  return {
    partitions: {
      table: table.partitiontable.id,
      ...Object.fromEntries(table.partitiontable.partitions.map(({ name, uuid }) => [name, uuid])),
    },
    volumes: group.ids,
    place: at,
    filesystem: (where) => /^Filesystem UUID: +(\S+)$/m.exec(tool(['dumpe2fs', '-h', at(where)]))?.[1] ?? '',
    file: (where, path) => {
      const text = tool(['debugfs', '-R', `cat ${path}`, at(where)]);
      return text === '' ? null : text;
    },
  };
}

/** Volumes of one piece each: byte offsets in the image, and identities. */
function readGroup(
  image: string,
  start: number,
): { readonly ids: Record<string, string>; readonly offsets: ReadonlyMap<string, number> } {
  const place = bytesAt(image, start + TEXT_PLACE, 16);
  const text = bytesAt(
    image,
    start + AREA_BYTES + Number(place.readBigUInt64LE(0)),
    Number(place.readBigUInt64LE(8)),
  ).toString('latin1');
  const number = (from: string, name: string): number => Number(new RegExp(`^${name} = (\\d+)$`, 'm').exec(from)?.[1]);
  const [extentBytes, firstBytes] = [
    number(text, 'extent_size') * SECTOR_BYTES,
    number(text, 'pe_start') * SECTOR_BYTES,
  ];
  const ids: Record<string, string> = { group: /^id = "([^"]+)"$/m.exec(text)?.[1] ?? '' };
  const offsets = new Map<string, number>();
  for (const [, name = '', id = '', rest = ''] of text
    .slice(text.indexOf('logical_volumes'))
    .matchAll(/^(\S+) \{\nid = "([^"]+)"\n([^]*?)^stripes = \[\n"pv0", \d+\n\]$/gm)) {
    const body = text.slice(text.indexOf(`id = "${id}"`));
    if (number(rest, 'segment_count') !== 1) throw new Error(`the volume ${name} lies in pieces`);
    ids[name] = id;
    offsets.set(name, start + firstBytes + Number(/^"pv0", (\d+)$/m.exec(body)?.[1]) * extentBytes);
  }
  return { ids, offsets };
}

function bytesAt(image: string, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const file = openSync(image, 'r');
  readSync(file, bytes, 0, length, offset);
  closeSync(file);
  return bytes;
}
