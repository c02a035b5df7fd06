/**
 * What `medium serve` has received, on disk: events of each run in reports/RUN.ndjson, support bundles in bundles/. For
 * its owner alone.
 */
import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept, ReportStore } from '../../rack/ports.ts';
import { Quota, Shares } from '../../rack/shares.ts';

/** `runBytes`: of one run, by each sender; the others: of all, as a Quota has it. */
export interface StoreLimits {
  readonly runBytes: number;
  readonly reportBytes: { readonly limit: number; readonly own: number };
  readonly reportFiles: { readonly limit: number; readonly own: number };
  readonly bundleBytes: { readonly limit: number; readonly own: number };
  readonly bundleFiles: { readonly limit: number; readonly own: number };
}
const MIB = 1024 * 1024;
const LIMITS: StoreLimits = {
  runBytes: 512 * MIB,
  reportBytes: { limit: 16 * 1024 * MIB, own: 64 * MIB },
  reportFiles: { limit: 20_000, own: 100 },
  bundleBytes: { limit: 8 * 1024 * MIB, own: 128 * MIB },
  bundleFiles: { limit: 5_000, own: 20 },
};
const SUFFIX = '.ndjson';
const BUNDLE_SUFFIX = '.tar.gz';
/** Bundles of one name; a run that fails again sends another. */
const MOST_OF_ONE_NAME = 10;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

export async function openReportStore(
  folder: string,
  names: { readonly reports: string; readonly bundles: string },
  limits: Partial<StoreLimits> = {},
): Promise<ReportStore> {
  const [reports, bundles] = [join(folder, names.reports), join(folder, names.bundles)];
  for (const path of [reports, bundles]) await mkdir(path, { recursive: true, mode: 0o700 });
  const all = { ...LIMITS, ...limits };
  return {
    replay: async (onLine) => await replayFolder(reports, onLine),
    ...(await reportKeeper(reports, all)),
    ...(await bundleKeeper(bundles, all)),
  };
}

async function replayFolder(reports: string, onLine: (run: string, line: string) => void): Promise<void> {
  for (const name of (await readdir(reports)).filter((one) => one.endsWith(SUFFIX)).sort()) {
    // A folder or what cannot be read, put there by somebody: the other runs are there all the same.
    await eachLine(join(reports, name), (line) => onLine(name.slice(0, -SUFFIX.length), line)).catch(() => undefined);
  }
}

async function reportKeeper(reports: string, limits: StoreLimits): Promise<Pick<ReportStore, 'append'>> {
  const there = await sizesIn(reports);
  const bytes = new Quota(limits.reportBytes, there.sizeBytes);
  const files = new Quota(limits.reportFiles, there.count);
  /** Of each run, by sender: nobody fills another one's file. */
  const byRun = new Map<string, Shares>();
  return {
    async append(run, lines, sender) {
      const text = Buffer.from(`${lines.join('\n')}\n`);
      const path = join(reports, `${run}${SUFFIX}`);
      const isNew = !(await isThere(path));
      if (!bytes.hasRoom(sender, text.length) || (isNew && !files.hasRoom(sender, 1))) return 'full';
      const shares = byRun.get(run) ?? new Shares();
      if (shares.of(sender) + text.length > limits.runBytes) return 'run-full';
      const kept = await appendWhole(path, text);
      if (kept !== 'kept') return kept;
      if (isNew) files.take(sender, 1);
      bytes.take(sender, text.length);
      shares.add(sender, text.length);
      byRun.set(run, shares);
      return 'kept';
    },
  };
}

/** All of it or nothing; never through a link that somebody has put there. */
async function appendWhole(path: string, text: Uint8Array): Promise<Kept> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  const file = await open(path, flags | constants.O_NONBLOCK, 0o600);
  try {
    const { size } = await file.stat();
    try {
      await file.appendFile(text);
      return 'kept';
    } catch (error) {
      // Half a line of a full disk would spoil the one that comes after it.
      await file.truncate(size).catch(() => undefined);
      return refusedBy(error);
    }
  } finally {
    await file.close();
  }
}

async function bundleKeeper(bundles: string, limits: StoreLimits): Promise<Pick<ReportStore, 'saveBundle'>> {
  const there = await sizesIn(bundles);
  const bytes = new Quota(limits.bundleBytes, there.sizeBytes);
  const files = new Quota(limits.bundleFiles, there.count);
  return {
    async saveBundle(name, content, sender) {
      if (!bytes.hasRoom(sender, content.length) || !files.hasRoom(sender, 1)) return 'full';
      const place = await freeName(bundles, name);
      if (place === null) return 'full';
      // Counted before anything is waited for: many may come at once.
      bytes.take(sender, content.length);
      files.take(sender, 1);
      const beside = join(bundles, `.${randomUUID()}`);
      let file: FileHandle | null = null;
      let kept: Kept = 'disk-full';
      try {
        file = await open(beside, 'wx', 0o600);
        await file.writeFile(content);
        await file.sync();
        await rename(beside, join(bundles, place));
        kept = 'kept';
      } catch (error) {
        kept = refusedBy(error);
      } finally {
        await file?.close();
        await rm(beside, { force: true });
        if (kept !== 'kept') {
          bytes.take(sender, -content.length);
          files.take(sender, -1);
        }
      }
      return kept;
    },
  };
}

/** NAME.tar.gz, or NAME.2.tar.gz and so on: nobody replaces what another one has sent. Null where there are too many. */
async function freeName(folder: string, name: string): Promise<string | null> {
  const stem = name.slice(0, -BUNDLE_SUFFIX.length);
  for (let number = 1; number <= MOST_OF_ONE_NAME; number++) {
    const candidate = number === 1 ? name : `${stem}.${number}${BUNDLE_SUFFIX}`;
    if (!(await isThere(join(folder, candidate)))) return candidate;
  }
  return null;
}

function refusedBy(error: unknown): Kept {
  if (FULL.has((error as NodeJS.ErrnoException).code ?? '')) return 'disk-full';
  throw error;
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function sizesIn(folder: string): Promise<{ readonly count: number; readonly sizeBytes: number }> {
  const names = await readdir(folder);
  let sizeBytes = 0;
  for (const name of names)
    sizeBytes += await stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    );
  return { count: names.length, sizeBytes };
}

/** So much of a line without an end is no event. */
const MOST_LINE = 16 * MIB;

/** By newlines alone: JSON may have other separators of lines within its texts. */
async function eachLine(path: string, onLine: (line: string) => void): Promise<void> {
  // Nothing but a file is waited for: a pipe that somebody has put there would never end.
  if (!(await stat(path)).isFile()) return;
  let pieces: string[] = [];
  let length = 0;
  const end = (): void => {
    if (length <= MOST_LINE) onLine(pieces.join(''));
  };
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    for (const [index, line] of lines.entries()) {
      if (index > 0) {
        end();
        [pieces, length] = [[], 0];
      }
      length += line.length;
      if (length <= MOST_LINE) pieces.push(line);
    }
  }
  end();
}
