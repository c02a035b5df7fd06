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
  return `${entries.map((entry) => member(entry, seconds)).join('')}${'\0'.repeat(2 * BLOCK)}`;
}

function member(entry: ArchiveEntry, seconds: number): string {
  const name = entry.path.replace(/^\/+/, '');
  const target = entry.kind === 'link' ? entry.content : '';
  const text = entry.kind === 'file' ? entry.content : '';
  const header = (type: string, shortName: string, shortTarget: string, size: number): string => {
    const before = `${field(shortName, NAME_BYTES)}${octal(Number.parseInt(entry.mode, 8), 8)}${octal(0, 8)}${octal(0, 8)}${octal(size, 12)}${octal(seconds, 12)}`;
    const after = `${type}${field(shortTarget, NAME_BYTES)}ustar\0${'00'}${field('root', 32)}${field('root', 32)}${octal(0, 8)}${octal(0, 8)}${field('', 167)}`;
    const sum = bytesOf(`${before}${' '.repeat(8)}${after}`).reduce((total, byte) => total + byte, 0);
    return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`;
  };
  const long = (type: string, value: string): string =>
    lengthOf(value) <= NAME_BYTES
      ? ''
      : `${header(type, '././@LongLink', '', lengthOf(value) + 1)}${blocks(`${value}\0`)}`;
  return `${long(LONG_TARGET, target)}${long(LONG_NAME, name)}${header(TYPES[entry.kind], cut(name), cut(target), lengthOf(text))}${blocks(text)}`;
}

/** What the header keeps of a name whose whole stands in an entry before. */
function cut(value: string): string {
  return lengthOf(value) <= NAME_BYTES ? value : 'long';
}

function blocks(text: string): string {
  const rest = lengthOf(text) % BLOCK;
  return rest === 0 ? text : `${text}${'\0'.repeat(BLOCK - rest)}`;
}
