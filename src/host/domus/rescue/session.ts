/** The session itself: which filesystems are opened, the shell in them, and what came of it. */
import { setTimeout } from 'node:timers/promises';
import insideTree from '../../../../assets/build/inside-tree.sh' with { type: 'text' };
import power from '../../../../assets/host/rescue-power.sh' with { type: 'text' };
import script from '../../../../assets/host/rescue-session.sh' with { type: 'text' };
import { cleanLine } from '../../../clean-text.ts';
import { EXIT, failure } from '../../../errors.ts';
import { canBeRoot, recogniseGuestDisk, type GuestFilesystem } from '../../../facts/guest-disk.ts';
import { usersOfDisk } from '../../../system/disk/disk-in-use.ts';
import { localFiles } from '../../../system/files/files.ts';
import { hasTerminal, runSession } from '../../../system/process/run-session.ts';
import { interrupted, refused } from './stop.ts';
import type { RescueDisk, RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

export interface OpenedDisk {
  readonly disk: RescueDisk;
  readonly found: readonly GuestFilesystem[];
}

/**
 * What is on its disks. Throws `rescue-disk` where the root's cannot be opened. Data disks that hold anything but
 * filesystems, or are not there, stay closed.
 */
export async function recogniseDisks(target: RescueTarget, { port }: RescueWorld): Promise<OpenedDisk[]> {
  const unfit = (found: Parameters<typeof refused>[1]): Error =>
    failure('rescue-disk', EXIT.refused, { domu: target.name, found });
  const opened: OpenedDisk[] = [];
  for (const disk of [target.root, ...target.data]) {
    const isRoot = disk === target.root;
    const { path: at, format } = disk;
    const path = cleanLine(at, 200);
    if ((await usersOfDisk(at, port)) === null) {
      if (isRoot) throw unfit({ key: 'errors.rescue-disk.missing', values: { path } });
      continue;
    }
    const seen = format === 'raw' ? await recogniseGuestDisk(port, at) : ({ holds: 'layer', what: format } as const);
    if (seen.holds === 'filesystems' && (!isRoot || seen.found.some(canBeRoot)))
      opened.push({ disk, found: seen.found });
    else if (isRoot && seen.holds === 'layer')
      throw unfit({ key: 'errors.rescue-disk.layer', values: { path, what: seen.what } });
    else if (isRoot) throw unfit({ key: 'errors.rescue-disk.nothing', values: { path } });
  }
  return opened;
}

const SETTLE_ROUNDS = 10;
const SETTLE_MS = 300;

/**
 * Who uses a disk. `own`: its running guest, whose use of it is no news, nor is that of the loops and programs that
 * serve it; null: it is down, and what it had lets go a moment later.
 */
export async function usersNow(path: string, own: string | null, { port }: RescueWorld): Promise<readonly string[]> {
  for (let round = 1; ; round += 1) {
    const all = (await usersOfDisk(path, port)) ?? [];
    if (own !== null) return all.filter((user) => user !== `xen:${own}` && /^(\/|xen|swap)/.test(user));
    if (all.length === 0 || round === SETTLE_ROUNDS) return all;
    await setTimeout(SETTLE_MS);
  }
}

/** Proves that nobody has them open: of those that are in use the root is refused, others are left out. `own`: as above. */
export async function unusedDisks(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  own: string | null,
  world: RescueWorld,
): Promise<{ readonly free: readonly OpenedDisk[]; readonly used: readonly OpenedDisk[] }> {
  const free: OpenedDisk[] = [];
  const used: OpenedDisk[] = [];
  for (const opened of disks) {
    const users = await usersNow(opened.disk.path, own, world);
    if (users.length > 0 && opened.disk === target.root)
      throw refused(target, {
        key: 'errors.rescue-refused.used',
        values: { path: cleanLine(opened.disk.path, 200), users: { list: users, by: 'comma' } },
      });
    (users.length > 0 ? used : free).push(opened);
  }
  return { free, used };
}

export interface SessionOptions {
  readonly mode: 'trusted' | 'files';
  readonly repair: 'ask' | 'yes' | 'no';
  readonly command: string;
}
export interface SessionResult {
  /** Of the shell, or of the command. */
  readonly exitCode: number;
  /** Processes that were still at work in there and have been ended. */
  readonly left: string | null;
  readonly mounted: readonly string[];
}

/** Throws `rescue-failed` (exit 5), or `interrupted.command` (130) when this process was told to end. */
export async function session(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  options: SessionOptions,
  world: RescueWorld,
): Promise<SessionResult> {
  const work = `${world.work}/${target.name}`;
  await localFiles.makeDirectory(work, '0700');
  const filesystems = disks.flatMap(({ disk, found }) => {
    const isRootDisk = disk === target.root;
    return found.flatMap((one) => [
      isRootDisk && canBeRoot(one) ? 'root' : 'data',
      disk.path,
      String(one.startBytes),
      String(one.sizeBytes),
      one.type,
      one.uuid ?? '',
      isRootDisk ? '' : disk.mount,
    ]);
  });
  const said: string[] = [];
  const namespaces = ['unshare', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const words = [options.mode, options.repair, work, options.command, power, ...filesystems];
  const hasJobs = options.command === '' && hasTerminal();
  const { exitCode, wasEnded } = await runSession(
    [...namespaces, '--', 'sh', ...(hasJobs ? ['-m'] : []), '-c', `${insideTree}\n${script}`, 'sh', ...words],
    hasJobs,
    (line) => {
      if (said.length < 200) said.push(cleanLine(line, 500));
    },
  );
  const telling = (word: string): string[] =>
    said.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  if (wasEnded) throw interrupted();
  if (!said.includes('closed')) throw faultOf(target, telling('fault')[0] ?? '', exitCode);
  return {
    exitCode: Number(telling('command')[0] ?? 1),
    left: telling('left')[0] ?? null,
    mounted: telling('mounted'),
  };
}

function faultOf(target: RescueTarget, fault: string, exitCode: number | null): Error {
  const [word = '', ...rest] = fault.split(' ');
  const values = { what: rest.join(' ') };
  const reason = {
    fsck: { key: 'errors.rescue-failed.fsck', values: { exit: Number(values.what) } },
    mount: { key: 'errors.rescue-failed.mount', values },
    root: { key: 'errors.rescue-failed.root' },
    tree: { key: 'errors.rescue-failed.tree', values },
  } as const;
  return failure('rescue-failed', EXIT.action, {
    domu: target.name,
    reason:
      word in reason
        ? reason[word as keyof typeof reason]
        : { key: 'errors.rescue-failed.ended', values: { exit: exitCode ?? 137 } },
  });
}
