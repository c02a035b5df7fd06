/**
 * `domu rescue`: a DomU is stopped, taken in hand, its disk opened for a shell, closed, and given back. Whatever
 * happens on the way, it is given back when its disk is closed, and not before.
 */
import { EXIT, failure } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { usersOfDisk } from '../../../system/disk/disk-in-use.ts';
import { exec } from '../../../system/process/exec.ts';
import { untilEnded } from '../../../system/process/until-ended.ts';
import { nameOfPart } from '../../../facts/guest-disk.ts';
import { inHandNow, openHand, type Hand } from './hand.ts';
import { endSmall, planSmall, sessionInDomu } from './small-domu.ts';
import { sweepLayers } from './layers.ts';
import { recogniseDisks, session, unusedDisks, usersNow, type OpenedDisk, type SessionOptions } from './session.ts';
import { domainOf, refuseBusy, stop, stopIfEnded } from './stop.ts';
import { rescueTarget, type RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

export interface Rescue extends SessionOptions {
  readonly name: string;
  readonly isDryRun: boolean;
  /** Of a rescue DomU; null: what it usually has. */
  readonly memoryMiB: number | null;
  /** What the command printed in a rescue DomU. */
  show(output: string): void;
  /** May it be stopped and opened? Asked when all is looked at and nothing is changed. */
  confirm(isRunning: boolean, plan: readonly Message[]): Promise<boolean>;
  /** It did not stop in time: may it be destroyed? */
  mayForce(): Promise<boolean>;
  /** A line. */
  tell(message: Message): void;
}

/** Exit code of the command. Null: nobody wanted it, or `--dry-run`; nothing was changed. */
export async function rescue(wanted: Rescue, world: RescueWorld): Promise<number | null> {
  const left = await inHandNow(wanted.name, world);
  const target = left ?? (await rescueTarget(world.port, wanted.name));
  const domain = await refuseBusy(target, world);
  const disks = await recogniseDisks(target, world);
  // What a run that was cut off has left open is closed first, with the lock.
  if (left === null) await unusedDisks(target, disks, domain === null ? null : target.name, world);
  if (wanted.mode === 'domu') await planSmall(target, disks, wanted.memoryMiB, world);
  const plan = planLines(target, disks, domain !== null, wanted);
  if (wanted.isDryRun) {
    for (const line of plan) wanted.tell(line);
    return null;
  }
  if (!(await wanted.confirm(domain !== null, plan))) return null;
  return await untilEnded(async (signal) => {
    const hand = await openHand(target, world);
    try {
      if (hand.isLeft) {
        wanted.tell({ key: 'commandLine.domu.rescue.goesOn', values: { name: target.name } });
        await letGo(target, world);
      }
      const code = await hand
        .take(domain !== null)
        .then(async () => await inHand(target, wanted, world, signal))
        .finally(async () => await close(target, hand, world));
      wanted.tell({ key: 'commandLine.domu.rescue.closed', values: { name: target.name } });
      return code;
    } finally {
      await hand.release();
    }
  });
}

async function inHand(target: RescueTarget, wanted: Rescue, world: RescueWorld, signal: AbortSignal): Promise<number> {
  const { name } = target;
  if ((await domainOf(target, world)) !== null) wanted.tell({ key: 'commandLine.domu.rescue.asked', values: { name } });
  await stop(target, world, async () => await wanted.mayForce(), signal);
  // What was seen while it ran may have changed since.
  const { free, used } = await unusedDisks(target, await recogniseDisks(target, world), null, world);
  for (const { disk } of used)
    wanted.tell({ key: 'commandLine.domu.rescue.staysClosed', values: { path: cleanLine(disk.path, 200) } });
  stopIfEnded(signal);
  if (wanted.command === '') wanted.tell({ key: WAYS[wanted.mode].note, values: { name } });
  const { exitCode, left, output } =
    wanted.mode === 'domu'
      ? await sessionInDomu(target, free, wanted, world, signal)
      : { ...(await session(target, free, wanted, world)), output: '' };
  if (output !== '') wanted.show(output);
  if (left !== null) wanted.tell({ key: 'commandLine.domu.rescue.ended', values: { processes: left } });
  return exitCode;
}

/** `domu rescue NAME --close`. False: it was in nobody's hands. */
export async function closeRescue(name: string, world: RescueWorld): Promise<boolean> {
  const target = (await inHandNow(name, world)) ?? (await rescueTarget(world.port, name));
  const hand = await openHand(target, world);
  try {
    if (!hand.isLeft) return false;
    await letGo(target, world);
    await close(target, hand, world);
    return true;
  } finally {
    await hand.release();
  }
}

/** Nobody used its disks when they came into our hands: what a killed session has left there is its own. */
async function letGo(target: RescueTarget, world: RescueWorld): Promise<void> {
  await endSmall(target, world);
  await sweepLayers(target.name, world);
  if ((await domainOf(target, world)) !== null) return;
  for (const { path } of [target.root, ...target.data])
    for (const user of (await usersOfDisk(path, world.port)) ?? []) {
      const loop = /^loop:(loop\d+)$/.exec(user)?.[1];
      if (loop !== undefined) await exec(['losetup', '--detach', `/dev/${loop}`], { okCodes: [0, 1], quiet: true });
    }
}

/** Its disk must be closed, else it stays where nobody can start it. A guest that was not stopped has it itself. */
async function close(target: RescueTarget, hand: Hand, world: RescueWorld): Promise<void> {
  await sweepLayers(target.name, world);
  const domain = await domainOf(target, world).catch(() => null);
  for (const { path } of [target.root, ...target.data]) {
    const users = await usersNow(path, domain === null ? null : target.name, world);
    const open = path === target.root.path ? users : users.filter((user) => user.includes(world.work));
    if (open.length > 0)
      throw failure('rescue-open', EXIT.action, {
        domu: target.name,
        path: cleanLine(path, 200),
        users: { list: open, by: 'comma' },
      });
  }
  await hand.giveBack();
}

/** What is said of the ways to open a disk. */
const WAYS = {
  domu: {
    mounts: 'commandLine.domu.rescue.domuMounts',
    shell: 'commandLine.domu.rescue.domuShell',
    command: 'commandLine.domu.rescue.domuCommand',
    note: 'commandLine.domu.rescue.domuNote',
  },
  trusted: {
    mounts: 'commandLine.domu.rescue.mounts',
    shell: 'commandLine.domu.rescue.trustedShell',
    command: 'commandLine.domu.rescue.trustedCommand',
    note: 'commandLine.domu.rescue.trustedNote',
  },
  files: {
    mounts: 'commandLine.domu.rescue.mounts',
    shell: 'commandLine.domu.rescue.filesShell',
    command: 'commandLine.domu.rescue.filesCommand',
    note: 'commandLine.domu.rescue.filesNote',
  },
} as const;

function planLines(
  { name, config, stopTimeoutMs }: RescueTarget,
  disks: readonly OpenedDisk[],
  isRunning: boolean,
  { mode, command }: Rescue,
): Message[] {
  const found = disks.flatMap(({ disk, found: all }) => all.map((one) => foundLine(cleanLine(disk.path, 200), one)));
  const shutdown: Message = { key: 'commandLine.domu.rescue.shutdown', values: { count: stopTimeoutMs / 1000 } };
  return [
    { key: 'commandLine.domu.rescue.title', values: { name } },
    ...(isRunning ? [indented(shutdown)] : []),
    indented({ key: 'commandLine.domu.rescue.aside', values: { config: cleanLine(config, 200) } }),
    { key: WAYS[mode].mounts },
    ...found.map(indented),
    command === ''
      ? { key: WAYS[mode].shell }
      : { key: WAYS[mode].command, values: { command: cleanLine(command, 500) } },
  ];
}

const indented = (line: Message): Message => ({ list: ['', line], by: 'spaces' });

function foundLine(path: string, part: OpenedDisk['found'][number]): Message {
  const { startBytes, uuid } = part;
  const what = uuid === null ? nameOfPart(part) : `${nameOfPart(part)} ${uuid}`;
  return startBytes === 0
    ? `${path}: ${what}`
    : { key: 'commandLine.domu.rescue.foundAt', values: { path, start: String(startBytes), what } };
}

/**
 * Without `--trusted` or `--files`, or with both: throws `rescue-how` (exit 2). A rescue DomU is for worlds that have
 * one: none was ever started on a real Xen yet, so no host has.
 */
export function modeOf(
  { trusted, files }: { readonly trusted?: boolean; readonly files?: boolean },
  { small }: Pick<RescueWorld, 'small'>,
): SessionOptions['mode'] {
  if (trusted === true && files === true) throw failure('rescue-how.both', EXIT.usage);
  if (trusted === true) return 'trusted';
  if (files === true) return 'files';
  if (small === null) throw failure('rescue-how', EXIT.usage);
  return 'domu';
}
