/**
 * Writes a Debian package (deb(5)) of an executable and its kit: the same of both gives the same bytes, on every system
 * that has GNU gzip. dpkg-deb would need a system of Debian's, and lintian of Debian 12 knows no zstd; xz takes a
 * minute for a third less.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from '../../actions/tar-archive.ts';
import type { Kit } from './kit.ts';

export interface DebParts {
  readonly kit: Kit;
  /** The single executable. */
  readonly executable: string;
  readonly outfile: string;
  /** Runs a command to its end; throws where it fails. */
  run(argv: readonly string[]): Promise<unknown> | void;
}

interface Entry {
  /** As it stands in the archive: `./usr/bin/xenwright`. */
  readonly name: string;
  readonly mode: string;
  readonly sizeBytes: number;
  readonly bytes: Buffer | { readonly file: string };
}

const AR_MAGIC = '!<arch>\n';

/** Written beside and renamed: what stands at `outfile` is whole and on the disk. */
export async function writeDeb({ kit, executable, outfile, run }: DebParts): Promise<void> {
  const parts = `${outfile}.${process.pid}.parts`;
  await rm(parts, { recursive: true, force: true });
  await mkdir(parts, { recursive: true, mode: 0o700 });
  try {
    const entries = await entriesOf(kit, executable);
    const data = join(parts, 'data.tar');
    const control = join(parts, 'control.tar');
    const sums = await writeTar(data, entries, kit.epoch);
    await writeTar(control, controlEntries(kit, entries, sums), kit.epoch);
    for (const path of [control, data])
      await run(['sh', '-e', '-c', 'gzip --no-name -6 < "$1" > "$1.gz"; rm "$1"', 'sh', path]);
    const made = join(parts, 'made.deb');
    await joinMembers(made, kit.epoch, [
      { name: 'debian-binary', bytes: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', file: `${control}.gz` },
      { name: 'data.tar.gz', file: `${data}.gz` },
    ]);
    await rename(made, outfile);
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

async function entriesOf(kit: Kit, executable: string): Promise<Entry[]> {
  const { size } = await stat(executable);
  return [
    { name: `./usr/bin/${kit.name}`, mode: '0755', sizeBytes: size, bytes: { file: executable } },
    ...kit.files.map(({ path, content }) => {
      const bytes = 'text' in content ? Buffer.from(content.text) : Buffer.from(content.base64, 'base64');
      return { name: `./${path}`, mode: '0644', sizeBytes: bytes.length, bytes };
    }),
  ].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Sums as md5sum(1) writes them. KiB as Debian policy counts them (5.6.20): each file by full KiB, one a folder. */
function controlEntries(kit: Kit, entries: readonly Entry[], sums: ReadonlyMap<string, string>): Entry[] {
  const filesKiB = entries.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 1024), 0);
  const installedKiB = filesKiB + foldersOf(entries).length;
  const { before, after } = kit.control;
  const texts = {
    control: `${before}Installed-Size: ${installedKiB}\n${after}`,
    md5sums: entries.map(({ name }) => `${sums.get(name) ?? ''}  ${name.slice(2)}\n`).join(''),
  };
  return Object.entries(texts).map(([name, text]) => {
    const bytes = Buffer.from(text);
    return { name: `./${name}`, mode: '0644', sizeBytes: bytes.length, bytes };
  });
}

/** `./`, `./usr/`, `./usr/bin/` …, an outer one before what is in it. */
function foldersOf(entries: readonly Entry[]): string[] {
  const folders = entries.flatMap(({ name }) =>
    name.split('/').flatMap((_, index, words) => (index === 0 ? [] : [`${words.slice(0, index).join('/')}/`])),
  );
  return [...new Set(folders)].sort();
}

/** Gives the MD5 of each file, by its name. */
async function writeTar(path: string, entries: readonly Entry[], epoch: number): Promise<Map<string, string>> {
  const sums = new Map<string, string>();
  const file = await open(path, 'wx', 0o600);
  try {
    for (const name of foldersOf(entries))
      await file.write(tarHeader({ kind: 'directory', name, mode: '0755', sizeBytes: 0, seconds: epoch }));
    for (const { name, mode, sizeBytes, bytes } of entries) {
      await file.write(tarHeader({ kind: 'file', name, mode, sizeBytes, seconds: epoch }));
      const sum = createHash('md5');
      await copyInto(file, bytes, (chunk) => sum.update(chunk));
      sums.set(name, sum.digest('hex'));
      await file.write(tarPadding(sizeBytes));
    }
    await file.write(tarEnd);
  } finally {
    await file.close();
  }
  return sums;
}

type Member = { readonly name: string } & ({ readonly bytes: Buffer } | { readonly file: string });

/** ar(5), as dpkg-deb writes it. */
async function joinMembers(path: string, epoch: number, members: readonly Member[]): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.chmod(0o644);
    await file.write(AR_MAGIC);
    for (const member of members) {
      const sizeBytes = 'file' in member ? (await stat(member.file)).size : member.bytes.length;
      await file.write(
        `${member.name.padEnd(16)}${String(epoch).padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(sizeBytes).padEnd(10)}\`\n`,
      );
      await copyInto(file, 'file' in member ? member : member.bytes);
      if (sizeBytes % 2 === 1) await file.write('\n');
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

async function copyInto(file: FileHandle, bytes: Entry['bytes'], each?: (chunk: Buffer) => void): Promise<void> {
  const source = Buffer.isBuffer(bytes) ? [bytes] : createReadStream(bytes.file, { highWaterMark: 1024 * 1024 });
  for await (const chunk of source) {
    each?.(chunk as Buffer);
    await file.writeFile(chunk as Buffer);
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
