/**
 * Makes a tar archive (ustar with GNU's long names) as text: many small files reach a tree in one command instead of
 * one each. Pure.
 */

export interface ArchiveEntry {
  /** Absolute, in the tree. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** Octal. */
  readonly mode: string;
  /** A file's text, or where a link points. */
  readonly content: string;
}

const BLOCK = 512;
const NAME_BYTES = 100;
const TYPES = { file: '0', link: '2', directory: '5' } as const;
/** GNU's entries that carry the long name, or the long link target, of the entry after them. */
const LONG_NAME = 'L';
const LONG_TARGET = 'K';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const lengthOf = (text: string): number => bytesOf(text).length;
const field = (text: string, length: number): string => `${text}${'\0'.repeat(length - lengthOf(text))}`;
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** All entries are root's; their time is `seconds` since 1970. */
export function tarArchive(entries: readonly ArchiveEntry[], seconds: number): string {
  return `${entries.map((entry) => member(entry, seconds)).join('')}${tarEnd}`;
}

function member(entry: ArchiveEntry, seconds: number): string {
  const name = entry.path.replace(/^\/+/, '');
  const target = entry.kind === 'link' ? entry.content : '';
  const text = entry.kind === 'file' ? entry.content : '';
  const long = (type: string, value: string): string =>
    lengthOf(value) <= NAME_BYTES
      ? ''
      : `${header({ type, name: '././@LongLink', target: '', mode: entry.mode, sizeBytes: lengthOf(value) + 1, seconds })}${blocks(`${value}\0`)}`;
  const own = { name: cut(name), target: cut(target), mode: entry.mode, sizeBytes: lengthOf(text), seconds };
  return `${long(LONG_TARGET, target)}${long(LONG_NAME, name)}${header({ type: TYPES[entry.kind], ...own })}${blocks(text)}`;
}

/** What stands before the bytes of a member, one block. Its names fit into it. */
interface Header {
  readonly type: string;
  readonly name: string;
  readonly target: string;
  /** Octal. */
  readonly mode: string;
  readonly sizeBytes: number;
  readonly seconds: number;
}

function header({ type, name, target, mode, sizeBytes, seconds }: Header): string {
  const before = `${field(name, NAME_BYTES)}${octal(Number.parseInt(mode, 8), 8)}${octal(0, 8)}${octal(0, 8)}${octal(sizeBytes, 12)}${octal(seconds, 12)}`;
  const after = `${type}${field(target, NAME_BYTES)}ustar\0${'00'}${field('root', 32)}${field('root', 32)}${octal(0, 8)}${octal(0, 8)}${field('', 167)}`;
  const sum = bytesOf(`${before}${' '.repeat(8)}${after}`).reduce((total, byte) => total + byte, 0);
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
}

/**
 * The header of a file or folder whose bytes are no text, or too many to hold: those and `tarPadding` follow it, and
 * `tarEnd` ends the archive. `name`: as it stands in the archive, of at most 100 bytes.
 */
export function tarHeader(of: Omit<Header, 'type' | 'target'> & { readonly kind: 'file' | 'directory' }): string {
  const { kind, ...rest } = of;
  if (lengthOf(of.name) > NAME_BYTES) throw new Error(`too long for the header of a tar archive: ${of.name}`);
  return header({ ...rest, type: TYPES[kind], target: '' });
}

/** What fills the last block of so many bytes. */
export const tarPadding = (sizeBytes: number): string => '\0'.repeat((BLOCK - (sizeBytes % BLOCK)) % BLOCK);
/** The end of an archive. */
export const tarEnd = '\0'.repeat(2 * BLOCK);

/** What the header keeps of a name whose whole stands in an entry before. */
function cut(value: string): string {
  return lengthOf(value) <= NAME_BYTES ? value : 'long';
}

function blocks(text: string): string {
  return `${text}${tarPadding(lengthOf(text))}`;
}
