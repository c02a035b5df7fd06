/**
 * The copy of a run's state on its target. Of a booted medium nothing but the target's disks outlives a power cut, so
 * the state is kept on the boot partition too, from the moment that has a filesystem. Whoever finds it there can go
 * on.
 */
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournal } from '../../engine/journal.ts';
import { withoutLostBases } from '../../engine/lost-bases.ts';
import { EXIT, failure } from '../../errors.ts';
import { RUN_FOLDER } from '../../facts/begun-run.ts';
import type { Facts } from '../../facts/facts.ts';
import { factsIn } from '../../facts/facts-schema.ts';
import type { Plan } from '../../plan/plan.ts';
import { pathOf, typeOf, underOf } from '../../plan/storage/devices/table.ts';
import { nodeOf, poolsOf } from '../../plan/storage/graph.ts';
import { exec } from '../process/exec.ts';
import { statOrNull } from '../files/files.ts';
import { makeFolder, readOwn, writeOwn } from '../files/own-files.ts';
import { missingBases } from './work-space.ts';
import { mountPointsBelow } from './mount-table.ts';
import { systemProbe } from '../process/probe-port.ts';
import { openState, type RunState } from '../run/state.ts';

/** What of a state folder is copied; none of it has secrets. */
const FILES = ['facts.json', 'plan.json', 'events.ndjson', 'log.txt', 'journal.ndjson'];
const MOUNT = '/run/xenwright/state';
const DEVICE_WAIT_S = 30;

/** Where a plan onto own disks can keep a copy, and after which action; null where it has no boot filesystem. */
export function copyPlace(plan: Plan): { readonly device: string; readonly after: string } | null {
  const [first] = plan.bootSets;
  return first === undefined ? null : { device: pathOf(plan, nodeOf(plan, first.boot)), after: first.boot };
}

/**
 * A state that is also written to the target once its boot filesystem is there: journal lines count when they are on
 * both.
 */
export interface CopiedState extends RunState {
  /** Begins with the copy when an earlier part of the run has made the filesystem; else that happens by itself. */
  begin(): Promise<void>;
}

/** `mountAt` and `run` are replaced in tests. */
export function copiedState(
  state: RunState,
  place: { readonly device: string; readonly after: string },
  mountPort: MountPort = MOUNT_PORT,
): CopiedState {
  let copy: RunState | null = null;
  let last: Promise<void> = Promise.resolve();
  const attach = async (): Promise<void> => {
    copy = await copyOnto(place.device, state.folder, mountPort);
  };
  /** What only people read may be missing there: a full boot partition ends no run by its log. */
  const alsoThere = (write: (there: RunState) => void): void => {
    try {
      if (copy !== null) write(copy);
    } catch {
      // The journal has an end of its own for a full disk.
    }
  };
  return {
    ...state,
    journal: {
      lines: () => state.journal.lines(),
      append(line) {
        last = last
          .catch(() => undefined)
          .then(async () => {
            await state.journal.append(line);
            if (copy !== null) await copy.journal.append(line);
            else if (isFinish(line, place.after)) await attach();
          });
        return last;
      },
    },
    writeEvent: (event) => {
      state.writeEvent(event);
      alsoThere((there) => {
        there.writeEvent(event);
      });
    },
    writeLog: (text) => {
      state.writeLog(text);
      alsoThere((there) => {
        there.writeLog(text);
      });
    },
    async begin() {
      const lines = await state.journal.lines();
      if (copy === null && isToBegin(lines, place.after)) await attach();
    },
    async close() {
      await last.catch(() => undefined);
      await Promise.allSettled([state.close(), copy?.close()]);
      copy = null;
      await mountPort.unmount();
    },
  };
}

/** Copies a state folder onto the target, and opens the copy. */
async function copyOnto(device: string, from: string, mountPort: MountPort): Promise<RunState> {
  const to = join(await mountPort.mount(device), RUN_FOLDER);
  await makeFolder(to);
  for (const name of FILES) await copyFlushed(join(from, name), join(to, name));
  // Taken down once: what is looked for without mounting is then no longer in the filesystem's own journal.
  await mountPort.unmount();
  return await openState(join(await mountPort.mount(device), RUN_FOLDER));
}

/** Was the boot filesystem made in an earlier part of the run? What is complete changes nothing, not even there. */
function isToBegin(lines: readonly string[], after: string): boolean {
  return lines.some((line) => isFinish(line, after)) && !lines.some((line) => line.startsWith('{"entry":"complete"'));
}

function isFinish(line: string, id: string): boolean {
  return line.includes('"finished"') && line.includes(JSON.stringify(id));
}

export interface MountPort {
  mount(device: string): Promise<string>;
  unmount(): Promise<void>;
}

const MOUNT_PORT: MountPort = {
  async mount(device) {
    await exec(['udevadm', 'settle', `--timeout=${DEVICE_WAIT_S}`, `--exit-if-exists=${device}`], {
      quiet: true,
      okCodes: [0, 1],
    }).catch(() => undefined);
    if ((await statOrNull(device)) === null)
      throw failure('device-missing.state', EXIT.action, { device, seconds: DEVICE_WAIT_S });
    await makeFolder(MOUNT);
    await exec(['mount', '-t', 'ext4', '-o', 'noatime', device, MOUNT], { timeoutMs: 120_000, quiet: true });
    return MOUNT;
  },
  unmount: unmountCopy,
};

/** Also takes down what a killed run has left mounted there. */
export async function unmountCopy(): Promise<void> {
  while ((await mountPointsBelow(MOUNT)).length > 0) await exec(['umount', MOUNT], { timeoutMs: 120_000, quiet: true });
}

/**
 * The facts of a run that was begun on the target; null where they cannot be read. Nothing is mounted, so nothing is
 * written.
 */
export async function factsOnTarget(device: string): Promise<Facts | null> {
  const read = factsIn(await textOnTarget(device, 'facts.json'));
  return 'facts' in read ? read.facts : null;
}

/** The lines of its journal; none where they cannot be read. */
export async function journalOnTarget(device: string): Promise<readonly string[]> {
  return (await textOnTarget(device, 'journal.ndjson')).split('\n').filter((line) => line !== '');
}

async function textOnTarget(device: string, name: string): Promise<string> {
  return (await systemProbe().run(['debugfs', '-c', '-R', `cat ${RUN_FOLDER}/${name}`, device])) ?? '';
}

/** Makes the state on the target that of `folder`. */
export async function adoptState(device: string, folder: string, mountPort: MountPort = MOUNT_PORT): Promise<void> {
  await mountPort.unmount();
  try {
    const from = join(await mountPort.mount(device), RUN_FOLDER);
    await makeFolder(folder);
    for (const name of FILES) await copyFlushed(join(from, name), join(folder, name));
  } finally {
    await mountPort.unmount();
  }
}

/** Takes the state of an earlier run out of the way; it is kept beside it, once. */
export async function setAside(folder: string): Promise<void> {
  await rm(`${folder}.before`, { recursive: true, force: true });
  if (existsSync(folder)) await rename(folder, `${folder}.before`);
}

/** Lets builds of bases that are gone be done again, and wakes the volumes of a disk that was only just plugged in. */
export async function prepareResume(folder: string, plan: Plan): Promise<void> {
  const path = join(folder, 'journal.ndjson');
  const lines = ((await readOwn(path))?.toString('utf8') ?? '').split('\n');
  if (lines.length < 2) return;
  const missing = new Set((await missingBases(plan)).map(({ params }) => params.hash));
  const kept = withoutLostBases(lines, plan, (hash) => !missing.has(hash));
  if (kept !== lines) await writeOwn(path, kept.join('\n'));
  const earlier = await readJournal({ lines: async () => lines, append: async () => undefined });
  for (const argv of openingAgain(plan, earlier?.finished ?? new Set()))
    await exec(argv, { quiet: true, okCodes: [0, 1, 2, 3, 4, 5] }).catch(() => undefined);
}

/** What an earlier part of the run has made is opened; a pool opens the volumes in it. */
export function openingAgain(plan: Plan, finished: ReadonlySet<string>): (readonly string[])[] {
  const pools = new Set(poolsOf(plan).map(({ id }) => id));
  return plan.nodes
    .filter(({ id, on }) => !on.some((below) => pools.has(below)) && finished.has(id))
    .flatMap((node) => typeOf(node).open(node, underOf(plan, node)))
    .flatMap(({ argv, input }) => (input === undefined ? [argv] : []));
}

/** Whole and flushed, or not there: a power cut must leave no half of it under its name. */
async function copyFlushed(from: string, to: string): Promise<void> {
  // A disk that somebody brings may have links in place of files: what they lead to is not ours to copy.
  const bytes = await readOwn(from);
  if (bytes === null) return;
  const half = `${to}.new`;
  await rm(half, { force: true });
  const file = await open(half, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, to);
  const above = await open(join(to, '..'), 'r');
  await above.sync().finally(() => above.close());
}
