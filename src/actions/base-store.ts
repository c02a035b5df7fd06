/** The base store: who builds what at the moment, what is whole, and what has to go when it grows too large. */
import { lookAtBase, type BaseManifest, type BaseReader } from '../facts/base-manifest.ts';
import { EXIT, failure, type XenwrightError } from '../errors.ts';
import { BASE_RECIPE } from '../plan/base-recipe.ts';
import { commandLine } from '../plan/shell-words.ts';
import type { ActionContext } from './kind.ts';
import { pause } from './mirror-errors.ts';

/** What the manifests of usable bases say. */
export const RECIPE = BASE_RECIPE;
const LIMIT_MIB = 20 * 1024;
/** No run takes longer than this: what was used since may be in use still. */
const IN_USE_HOURS = 24;
const POLL_MS = 1000;
const NAME = /^[0-9a-f]{64}$/;

export interface StoreEntry {
  readonly path: string;
  readonly sizeMiB: number;
  readonly usedHoursAgo: number;
}

/** Is a whole base of this version there? One that a full disk or a power cut has left torn counts as none. */
export async function isBuilt(hash: string, context: Pick<ActionContext, 'files' | 'baseStore'>): Promise<boolean> {
  return typeof (await lookAtBase(readerOf(context.files), context.baseStore, hash)) !== 'string';
}

/** The manifest of a base that was built just now. Throws `base-damaged` (exit 4). */
export async function builtManifest(
  hash: string,
  context: Pick<ActionContext, 'files' | 'baseStore'>,
): Promise<BaseManifest> {
  const read = await lookAtBase(readerOf(context.files), context.baseStore, hash);
  if (typeof read === 'string') throw baseDamaged(context.baseStore, hash, EXIT.refused);
  return read;
}

/** Whatever cannot be read is not there. */
export function readerOf(files: ActionContext['files']): BaseReader {
  return { read: (path) => files.readText(path).catch(() => null), list: (path) => files.list(path).catch(() => []) };
}

/**
 * Something of a base is torn or missing, and it was not built again by itself. `exit`: refused, or in the middle of a
 * run.
 */
export function baseDamaged(store: string, hash: string, exit: number): XenwrightError {
  const folder = `${store}/${hash}`;
  return failure('base-damaged', exit, { folder, command: commandLine(['rm', '-rf', folder]) });
}

/** Notes that a base was used just now. */
export async function touchBase(hash: string, context: ActionContext): Promise<void> {
  await context.exec(['touch', '--no-dereference', `${context.baseStore}/${hash}`], { quiet: true });
}

/** Builds with the lock of this hash held; another run that builds the same is waited for, and its result taken. */
export async function underLock(hash: string, context: ActionContext, build: () => Promise<void>): Promise<void> {
  await context.files.makeDirectory(context.baseStore);
  let told = false;
  for (;;) {
    const lock = await context.tryLock(`${context.baseStore}/${hash}.lock`, `base ${hash.slice(0, 12)}`);
    if (lock !== null) {
      try {
        if (!(await isBuilt(hash, context))) await build();
        return;
      } finally {
        await lock.release();
      }
    }
    if (!told) context.notice('notices.otherRunBuilds');
    told = true;
    await pause(POLL_MS, context.signal);
    if (context.signal.aborted) throw failure('interrupted.waiting', EXIT.interrupted);
  }
}

/** What to remove, least recently used first, to come below the limit; nothing that may be in use. Pure. */
export function surplus(entries: readonly StoreEntry[], limitMiB: number): string[] {
  let total = entries.reduce((sum, entry) => sum + entry.sizeMiB, 0);
  const removed: string[] = [];
  for (const entry of entries.toSorted((a, b) => b.usedHoursAgo - a.usedHoursAgo)) {
    if (total <= limitMiB || entry.usedHoursAgo < IN_USE_HOURS) break;
    removed.push(entry.path);
    total -= entry.sizeMiB;
  }
  return removed;
}

/** Keeps the store below its limit. Packages count by when they were last linked into a build. */
export async function trimStore(context: ActionContext, limitMiB = LIMIT_MIB): Promise<void> {
  const store = context.baseStore;
  const list = async (folder: string, filter: readonly string[], time: string): Promise<StoreEntry[]> => {
    const found = await context.exec(
      ['find', folder, '-mindepth', '1', '-maxdepth', '1', ...filter, '-printf', `%${time} %k %p\\n`],
      { quiet: true },
    );
    return found.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [seconds = '', kib = '', ...path] = line.split(' ');
        return {
          path: path.join(' '),
          sizeMiB: Number(kib) / 1024,
          usedHoursAgo: (Date.now() / 1000 - Number(seconds)) / 3600,
        };
      });
  };
  const folders = (await list(store, ['-type', 'd'], 'T@')).filter((entry) =>
    NAME.test(entry.path.slice(store.length + 1)),
  );
  const bases = await Promise.all(
    folders.map(async (entry) => {
      const size = await context.exec(['du', '--summarize', '--block-size=1M', entry.path], { quiet: true });
      return { ...entry, sizeMiB: Number.parseInt(size.stdout, 10) };
    }),
  );
  const packages = await list(`${store}/packages`, ['-name', '*.deb'], 'C@');
  // The appliance's tools disks lie here too; each use of one sets its time.
  const tools = await list(store, ['-type', 'f', '-name', 'tools-*'], 'T@');
  for (const path of surplus([...bases, ...packages, ...tools], limitMiB)) {
    context.notice('notices.storeFull', { size: Math.round(limitMiB / 1024), path });
    await context.files.remove(path);
  }
}
