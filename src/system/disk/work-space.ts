/**
 * Where bases are built when this machine's own disks are the target: in the usual cache where that is on a disk, else
 * in memory. The root of a rescue system often is memory itself, and must not be filled. Refused with figures when
 * neither is enough.
 */
import { english } from '../../i18n/english.ts';
import { mkdir, readdir, readFile, statfs, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { lookAtBase } from '../../facts/base-manifest.ts';
import { spaceFor, type Room } from '../../facts/work-space.ts';
import type { ActionOf } from '../../plan/action.ts';
import type { Plan } from '../../plan/plan.ts';
import { exec } from '../process/exec.ts';
import { BASES_FOLDER, SCRATCH_FOLDER, type Workspace } from '../run/install-targets.ts';
import { refuseUnsafeStore } from '../files/own-store.ts';
import { systemProbe } from '../process/probe-port.ts';
import { statOrNull } from '../files/files.ts';
import { MEMORY_FILESYSTEMS, mountPointsBelow } from './mount-table.ts';

const IN_MEMORY = '/run/xenwright/work';
/** A base in a store. */
const HASH = /^[0-9a-f]{64}$/;
/** f_type of statfs(2). */
const OVERLAY = 0x794c7630;

/** Was anything built on this system before? */
export async function hasBases(): Promise<boolean> {
  return (await readdir(BASES_FOLDER).catch(() => [])).some((name) => HASH.test(name));
}

/** Does a run take it as it is? */
async function isWholeBase(folder: string, hash: string): Promise<boolean> {
  return typeof (await lookAtBase(systemProbe(), folder, hash)) !== 'string';
}

/** The bases that this plan has to build first. */
export async function missingBases(plan: Plan, folder: string = BASES_FOLDER): Promise<ActionOf<'base.build'>[]> {
  const builds = plan.actions.filter(
    (action): action is ActionOf<'base.build'> & typeof action => action.kind === 'base.build',
  );
  const there = await Promise.all(builds.map(({ params }) => isWholeBase(folder, params.hash)));
  return builds.filter((_, index) => there[index] !== true);
}

/**
 * The folders to work in; `finished`: actions that are done already; `tell` hears of it when they are not the usual
 * ones, or lie in memory. Throws `no-room` and `folder-unsafe`, exit 4.
 */
export async function workspace(
  plan: Plan,
  finished: ReadonlySet<string>,
  tell: (text: string) => void,
): Promise<Workspace> {
  await refuseUnsafeStore(BASES_FOLDER);
  const usual: Workspace = { bases: BASES_FOLDER, scratch: SCRATCH_FOLDER };
  const inMemory: Workspace = { bases: join(IN_MEMORY, 'bases'), scratch: join(IN_MEMORY, 'scratch') };
  // Of a run that is resumed: what it has built is there.
  if ((await mountPointsBelow(IN_MEMORY)).includes(IN_MEMORY)) return inMemory;
  const isWritten = plan.actions.every((action) => action.kind !== 'base.write' || finished.has(action.id));
  const tools = plan.actions.filter(({ id, kind }) => kind === 'tools.package' && !finished.has(id));
  const missing = isWritten ? [] : [...(await missingBases(plan)), ...tools];
  const memoryMiB = await availableMemoryMiB();
  const room = await roomAt(BASES_FOLDER);
  const space = spaceFor(missing, room, memoryMiB);
  const gib = (miB: number): string => `${(miB / 1024).toFixed(1)} GiB`;
  if (space.where === 'nowhere') {
    throw failure(room.isMemory ? 'no-room.memory' : 'no-room.disk', EXIT.refused, {
      needed: gib(space.needMiB),
      folder: BASES_FOLDER,
      free: gib(room.freeMiB),
      memory: gib(memoryMiB),
      usable: gib(space.memoryMiB),
    });
  }
  if (space.where === 'memory') {
    await mkdir(IN_MEMORY, { recursive: true });
    await exec(['mount', '-t', 'tmpfs', '-o', `size=${space.sizeMiB}m,mode=0700`, 'xenwright-work', IN_MEMORY]);
    await seeBases(inMemory.bases);
    tell(
      `${english('cli.install.builtInMemory', {
        folder: IN_MEMORY,
        size: gib(space.sizeMiB),
        memory: gib(memoryMiB),
        usual: BASES_FOLDER,
        free: gib(room.freeMiB),
      })}\n`,
    );
    return inMemory;
  }
  if (room.isMemory && missing.length > 0)
    tell(
      `${english('cli.install.builtHere', { folder: BASES_FOLDER, size: gib(space.needMiB), memory: gib(memoryMiB) })}\n`,
    );
  return usual;
}

/** What is in the usual place already (such as bases that a medium carries) is seen from here, too. */
async function seeBases(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(BASES_FOLDER).catch(() => []))
    if (HASH.test(name)) await symlink(join(BASES_FOLDER, name), join(folder, name));
}

/** Gives the memory back; what the next run would need of it is built again. */
export async function leaveWorkspace(): Promise<void> {
  if ((await mountPointsBelow(IN_MEMORY)).includes(IN_MEMORY)) await exec(['umount', '-l', IN_MEMORY], { quiet: true });
}

async function availableMemoryMiB(): Promise<number> {
  return Math.floor(Number(/^MemAvailable:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1024);
}

/** Of the filesystem that a folder will lie on. */
async function roomAt(folder: string): Promise<Room> {
  let at = folder;
  while (at !== '/' && (await statOrNull(at)) === null) at = dirname(at);
  const { type, bavail, bsize, blocks } = await statfs(at);
  const totalMiB = Number(/^MemTotal:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1024;
  // An overlay does not say what it lies on; one that is no larger than memory is taken for memory.
  const isMemory = MEMORY_FILESYSTEMS.has(type) || (type === OVERLAY && (blocks * bsize) / 1024 ** 2 <= totalMiB);
  return { freeMiB: Math.floor((bavail * bsize) / 1024 ** 2), isMemory };
}
