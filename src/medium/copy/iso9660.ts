/**
 * What an ISO 9660 image says of itself and where its files lie, read through a function. Names are Rock Ridge's where
 * there are such. Pure.
 */
import { EXIT, failure, reasonOf, XenwrightError } from '../../errors.ts';
import { cleanLine } from '../../clean-text.ts';
import type { ReadAt } from './byte-source.ts';
import { nameOf } from './rock-ridge.ts';

export const SECTOR_BYTES = 2048;
export const PVD_OFFSET = 16 * SECTOR_BYTES;
const MOST_DEPTH = 32;
/**
 * What no medium has that anybody made in good faith: files and folders, bytes of a folder, and of a file that is read
 * whole.
 */
const MOST_ENTRIES = 500_000;
const MOST_FOLDER_BYTES = 32 * 1024 * 1024;
const MOST_FILE_BYTES = 256 * 1024 * 1024;
const BLOCKS = [512, 1024, 2048];

export interface IsoVolume {
  /** Its own bytes, whatever the drive or the file around it says. */
  readonly sizeBytes: number;
  readonly label: string;
  /** When it was made, as blkid makes a UUID of it: 2026-11-25-10-00-00-00. */
  readonly uuid: string;
  readonly root: Extent;
  /** 512 characters at the publisher's disposal: isomd5sum's place. */
  readonly applicationUse: string;
}
interface Extent {
  readonly offset: number;
  readonly sizeBytes: number;
}
export interface IsoFile {
  readonly path: string;
  readonly isFolder: boolean;
  readonly extents: readonly Extent[];
  readonly sizeBytes: number;
}

/** The primary volume descriptor's words; null where the 2048 bytes are none. */
function parseVolume(sector: Buffer): IsoVolume | null {
  if (sector.length < SECTOR_BYTES || sector[0] !== 1 || sector.toString('latin1', 1, 6) !== 'CD001') return null;
  const blockBytes = sector.readUInt16LE(128);
  if (!BLOCKS.includes(blockBytes)) return null;
  const stamp = sector.toString('latin1', 813, 829);
  const modified = /^\d{16}$/.test(stamp) && !/^0+$/.test(stamp) ? stamp : sector.toString('latin1', 830, 846);
  const [, year = '', ...rest] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(modified) ?? [];
  return {
    sizeBytes: sector.readUInt32LE(80) * blockBytes,
    label: sector.toString('latin1', 40, 72).trim(),
    uuid: [year, ...rest].join('-'),
    root: { offset: sector.readUInt32LE(156 + 2) * blockBytes, sizeBytes: sector.readUInt32LE(156 + 10) },
    applicationUse: sector.toString('latin1', 883, 883 + 512),
  };
}

/** The volume descriptor of an image; null where it is no ISO 9660. */
export async function readVolume(readAt: ReadAt): Promise<IsoVolume | null> {
  return await readAt(PVD_OFFSET, SECTOR_BYTES).then(parseVolume, () => null);
}

/**
 * Every folder and file below the root, in the order of the disc. Paths have no leading slash, and lead nowhere else.
 * Throws `medium-damaged` (exit 6) for what cannot be read, has no end, or is larger than a medium can be.
 */
export async function listFiles(readAt: ReadAt, volume: IsoVolume): Promise<IsoFile[]> {
  const found: IsoFile[] = [];
  const name = `"${cleanLine(volume.label)}"`;
  const walk = async (extent: Extent, path: string, above: readonly number[]): Promise<void> => {
    if (above.includes(extent.offset))
      throw failure('medium-damaged.loop', EXIT.source, { name, path: cleanLine(path, SHOWN_NAME) });
    if (above.length > MOST_DEPTH) return;
    for (const entry of await readFolder(readAt, extent, path)) {
      const file = { ...entry, path: path === '' ? entry.path : `${path}/${entry.path}` };
      found.push(file);
      if (found.length > MOST_ENTRIES) throw failure('medium-damaged.files', EXIT.source, { name });
      const [first] = file.extents;
      if (file.isFolder && first !== undefined) await walk(first, file.path, [...above, extent.offset]);
    }
  };
  await sound(name, async () => await walk(volume.root, '', []));
  return found;
}

const SHOWN_NAME = 200;

/** What cannot be read of a medium's own words about itself makes it a damaged one. */
async function sound<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const isOfReading = UNREADABLE.has((error as NodeJS.ErrnoException).code ?? '');
    if (error instanceof XenwrightError || !isOfReading) throw error;
    throw failure('medium-damaged.unreadable', EXIT.source, { name, reason: reasonOf(error) }, { cause: error });
  }
}

/** As a disc, a drive or the end of a file says it. */
const UNREADABLE = new Set(['EIO', 'ENODATA', 'EILSEQ', 'EREMOTEIO', 'EINVAL', 'ENXIO']);

async function readFolder(readAt: ReadAt, extent: Extent, path: string): Promise<IsoFile[]> {
  if (extent.sizeBytes > MOST_FOLDER_BYTES) throw tooLarge(path === '' ? '/' : path);
  const bytes = await readAt(extent.offset, Math.ceil(extent.sizeBytes / SECTOR_BYTES) * SECTOR_BYTES);
  const entries: IsoFile[] = [];
  let earlier: Extent[] = [];
  for (let at = 0; at < extent.sizeBytes;) {
    const length = bytes[at] ?? 0;
    // Records do not cross sectors: the rest of one is zeroes.
    if (length < 34 || at + length > bytes.length) {
      at = (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES;
      continue;
    }
    const record = bytes.subarray(at, at + length);
    at += length;
    const [flags, nameLength] = [record[25] ?? 0, record[32] ?? 0];
    const raw = record.toString('latin1', 33, 33 + nameLength);
    if (raw === '\0' || raw === '\x01') continue;
    const own: Extent = { offset: record.readUInt32LE(2) * SECTOR_BYTES, sizeBytes: record.readUInt32LE(10) };
    // A file of 4 GiB and more has several records, all but the last one marked.
    if ((flags & 0x80) !== 0) {
      earlier.push(own);
      continue;
    }
    const extents = [...earlier, own];
    earlier = [];
    const system = record.subarray(33 + nameLength + (nameLength % 2 === 0 ? 1 : 0));
    const name = (await nameOf(system, readAt)) ?? raw.replace(/\.?;\d+$/, '').toLowerCase();
    // No file of any system is called so: it would lead out of its folder where the medium is unpacked.
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) continue;
    entries.push({
      path: name,
      isFolder: (flags & 0x02) !== 0,
      extents,
      sizeBytes: extents.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    });
  }
  return entries;
}

/** The bytes of one file. Throws `medium-damaged` (exit 6) for what cannot be read, or is no file to be read whole. */
export async function readFile(readAt: ReadAt, file: IsoFile): Promise<Buffer> {
  if (file.sizeBytes > MOST_FILE_BYTES) throw tooLarge(file.path);
  return await sound(cleanLine(file.path, SHOWN_NAME), async () =>
    Buffer.concat(
      await Promise.all(
        file.extents.map((extent) =>
          extent.sizeBytes === 0 ? Promise.resolve(Buffer.alloc(0)) : readAt(extent.offset, extent.sizeBytes),
        ),
      ),
    ),
  );
}

function tooLarge(path: string): XenwrightError {
  return failure('medium-damaged.large', EXIT.source, { path: cleanLine(path, SHOWN_NAME) });
}
