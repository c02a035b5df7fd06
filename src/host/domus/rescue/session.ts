/** The session itself: what is opened, the shell in it, and what came of it. */
import { setTimeout } from 'node:timers/promises';
import power from '../../../../assets/host/rescue/power.sh' with { type: 'text' };
import { cleanLine } from '../../../clean-text.ts';
import { EXIT, failure } from '../../../errors.ts';
import { mayHoldRoot, recogniseGuestDisk, recogniseQcow2, type GuestPart } from '../../../facts/guest-disk.ts';
import { faultOfChain } from '../../../facts/qcow2-chain.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { usersOfDisk } from '../../../system/disk/disk-in-use.ts';
import { localFiles } from '../../../system/files/files.ts';
import { hasTerminal, runSession } from '../../../system/process/run-session.ts';
import { packageOf } from '../../../system/process/tool-packages.ts';
import { keepQcow2, privateNames, sessionScript, type Kept } from './layers.ts';
import { interrupted, refused } from './stop.ts';
import type { RescueDisk, RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

export interface OpenedDisk {
  readonly disk: RescueDisk;
  readonly found: readonly GuestPart[];
}

/**
 * What is on its disks. Throws `rescue-disk` where the root's cannot be opened. Data disks that hold nothing that is
 * opened, or are not there, stay closed.
 */
export async function recogniseDisks(target: RescueTarget, { port }: RescueWorld): Promise<OpenedDisk[]> {
  const opened: OpenedDisk[] = [];
  for (const disk of [target.root, ...target.data]) {
    const found = await partsOf(disk, port);
    if (Array.isArray(found)) opened.push({ disk, found });
    else if (disk === target.root)
      throw failure('rescue-disk', EXIT.refused, { domu: target.name, found: found as Message });
  }
  return opened;
}

/** Or why it is not opened. */
async function partsOf({ path: at, format }: RescueDisk, port: RescueWorld['port']): Promise<GuestPart[] | Message> {
  const path = cleanLine(at, 200);
  if ((await usersOfDisk(at, port)) === null) return { key: 'errors.rescue-disk.missing', values: { path } };
  if (format !== 'raw' && format !== 'qcow2')
    return { key: 'errors.rescue-disk.layer', values: { path, what: cleanLine(format, 20) } };
  const seen = await (format === 'raw' ? recogniseGuestDisk : recogniseQcow2)(port, at);
  if (seen.holds === 'layer')
    return seen.what === 'qcow2'
      ? { key: 'errors.rescue-disk.stated', values: { path } }
      : { key: 'errors.rescue-disk.layer', values: { path, what: seen.what } };
  if (seen.holds === 'nothing' || !seen.found.some(mayHoldRoot))
    return { key: 'errors.rescue-disk.nothing', values: { path } };
  const fault =
    format === 'qcow2' ? await faultOfChain(port, (await port.run(['readlink', '-f', '--', at]))?.trim() ?? at) : null;
  return fault === null ? [...seen.found] : { key: `errors.rescue-disk.chain.${fault}`, values: { path } };
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
  /** `domu`: in a small DomU of its own. */
  readonly mode: 'domu' | 'trusted' | 'files';
  readonly repair: 'ask' | 'yes' | 'no';
  readonly command: string;
  /** A file with passphrases, a line each; empty: they are asked for. */
  readonly secretFile: string;
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
  const { prefix } = privateNames(target.name, world);
  const work = `${world.work}/${/^[\w.-]+$/.test(target.name) ? target.name : prefix}`;
  await localFiles.makeDirectory(work, '0700');
  await world.hideFromUdev();
  const kept: Kept[] = [];
  try {
    const words = await openedBeside(target, disks, world, kept);
    return await inNamespaces(target, words, work, options, world);
  } finally {
    for (const one of kept) await one.end();
  }
}

/** Devices and images that are to be read as they are, with what belongs to each. */
async function openedBeside(
  target: RescueTarget,
  disks: readonly OpenedDisk[],
  world: RescueWorld,
  kept: Kept[],
): Promise<string[]> {
  const words: string[] = [];
  for (const { disk } of disks) {
    const label = labelOf(disk.path);
    if (disk.format !== 'qcow2') {
      words.push(disk.path, label, disk.mount);
      continue;
    }
    const one = await keepQcow2(target.name, disk.path, kept.length, world);
    kept.push(one);
    if (one.said === 'ready') words.push(one.device, label, disk.mount);
    else if (disk === target.root)
      throw faultOf(target, one.said.startsWith('lacking ') ? one.said : `mount ${label}`, null);
  }
  return words;
}

async function inNamespaces(
  target: RescueTarget,
  disks: readonly string[],
  work: string,
  options: SessionOptions,
  world: RescueWorld,
): Promise<SessionResult> {
  const { prefix, firstLoop } = privateNames(target.name, world);
  const said: string[] = [];
  const namespaces = ['unshare', '--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child', '--mount-proc'];
  const words = [options.mode, options.repair, work, options.command, power, 'private', prefix, String(firstLoop)];
  const hasJobs = options.command === '' && hasTerminal();
  const { exitCode, wasEnded } = await runSession(
    [
      ...[...namespaces, '--', 'sh', ...(hasJobs ? ['-m'] : []), '-c', sessionScript, 'sh', ...words],
      ...[options.secretFile, ...disks],
    ],
    hasJobs,
    (line) => {
      if (said.length < 200) said.push(cleanLine(line, 500));
    },
  );
  if (wasEnded) throw interrupted();
  return resultOf(target, said, exitCode);
}

/** For people, in lines of a script. */
export function labelOf(path: string): string {
  return path.replaceAll(/[^\w./:@+-]/g, '?').slice(0, 200);
}

/** What a session has told, line by line. Throws `rescue-failed` where it did not come to its end. */
export function resultOf(target: RescueTarget, said: readonly string[], exitCode: number | null): SessionResult {
  const telling = (word: string): string[] =>
    said.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  if (!said.includes('closed')) throw faultOf(target, telling('fault')[0] ?? '', exitCode);
  return {
    exitCode: Number(telling('command')[0] ?? 1),
    left: telling('left')[0] ?? null,
    mounted: telling('mounted'),
  };
}

function faultOf(target: RescueTarget, fault: string, exitCode: number | null): Error {
  const [word = '', ...rest] = fault.split(' ');
  const what = rest.join(' ');
  const reason = {
    fsck: { key: 'errors.rescue-failed.fsck', values: { exit: Number(what) } },
    mount: { key: 'errors.rescue-failed.mount', values: { what } },
    root: { key: 'errors.rescue-failed.root' },
    tree: { key: 'errors.rescue-failed.tree', values: { what } },
    lacking: { key: 'errors.rescue-failed.lacking', values: { what, how: packageOf(what) } },
    locked: { key: 'errors.rescue-failed.locked' },
    memory: { key: 'errors.rescue-failed.memory' },
    left: { key: 'errors.rescue-failed.left', values: { what } },
  } as const;
  return failure('rescue-failed', EXIT.action, {
    domu: target.name,
    reason:
      word in reason
        ? reason[word as keyof typeof reason]
        : { key: 'errors.rescue-failed.ended', values: { exit: exitCode ?? 137 } },
  });
}
