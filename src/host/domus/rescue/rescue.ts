/**
 * `domu rescue`: a DomU is stopped, taken in hand, its disk opened for a shell, closed, and given back. Whatever
 * happens on the way, it is given back when its disk is closed, and not before.
 */
import { EXIT, failure } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';
import { usersOfDisk } from '../../../system/disk/disk-in-use.ts';
import { exec } from '../../../system/process/exec.ts';
import { untilEnded } from '../../../system/process/until-ended.ts';
import { inHandNow, openHand, type Hand } from './hand.ts';
import { recogniseDisks, session, unusedDisks, usersNow, type OpenedDisk, type SessionOptions } from './session.ts';
import { domainOf, refuseBusy, stop, stopIfEnded } from './stop.ts';
import { rescueTarget, type RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

export interface Rescue extends SessionOptions {
  readonly name: string;
  readonly isDryRun: boolean;
  /** May it be stopped and opened? Asked when all is looked at and nothing is changed. */
  confirm(isRunning: boolean, plan: string): Promise<boolean>;
  /** It did not stop in time: may it be destroyed? */
  mayForce(): Promise<boolean>;
  tell(text: string): void;
}

/** Exit code of the command. Null: nobody wanted it, or `--dry-run`; nothing was changed. */
export async function rescue(wanted: Rescue, world: RescueWorld): Promise<number | null> {
  const left = await inHandNow(wanted.name, world);
  const target = left ?? (await rescueTarget(world.port, wanted.name));
  const domain = await refuseBusy(target, world);
  const disks = await recogniseDisks(target, world);
  // What a run that was cut off has left open is closed first, with the lock.
  if (left === null) await unusedDisks(target, disks, domain === null ? null : target.name, world);
  const plan = planText(target, disks, domain !== null, wanted);
  if (wanted.isDryRun) {
    wanted.tell(plan);
    return null;
  }
  if (!(await wanted.confirm(domain !== null, plan))) return null;
  return await untilEnded(async (signal) => {
    const hand = await openHand(target, world);
    try {
      if (hand.isLeft) {
        wanted.tell(`An earlier rescue of ${target.name} did not come to its end; it is gone on with.\n`);
        await letGoOfLoops(target, world);
      }
      const code = await hand
        .take(domain !== null)
        .then(async () => await inHand(target, wanted, world, signal))
        .finally(async () => await close(target, hand, world));
      wanted.tell(`${target.name} is closed: nothing of it is mounted or open any more.\n`);
      return code;
    } finally {
      await hand.release();
    }
  });
}

async function inHand(target: RescueTarget, wanted: Rescue, world: RescueWorld, signal: AbortSignal): Promise<number> {
  if ((await domainOf(target, world)) !== null) wanted.tell(`${target.name} is asked to stop.\n`);
  await stop(target, world, async () => await wanted.mayForce(), signal);
  // What was seen while it ran may have changed since.
  const { free, used } = await unusedDisks(target, await recogniseDisks(target, world), null, world);
  for (const { disk } of used) wanted.tell(`${cleanLine(disk.path, 200)} is in use elsewhere and stays closed.\n`);
  stopIfEnded(signal);
  if (wanted.command === '') wanted.tell(shellNote(target, wanted.mode));
  const { exitCode, left } = await session(target, free, wanted, world);
  if (left !== null) wanted.tell(`Processes that were still at work in there were ended: ${left}\n`);
  return exitCode;
}

/** `domu rescue NAME --close`. False: it was in nobody's hands. */
export async function closeRescue(name: string, world: RescueWorld): Promise<boolean> {
  const target = (await inHandNow(name, world)) ?? (await rescueTarget(world.port, name));
  const hand = await openHand(target, world);
  try {
    if (!hand.isLeft) return false;
    await letGoOfLoops(target, world);
    await close(target, hand, world);
    return true;
  } finally {
    await hand.release();
  }
}

/** Nobody used its disks when they came into our hands: a loop that a killed session has left there is its own. */
async function letGoOfLoops(target: RescueTarget, world: RescueWorld): Promise<void> {
  if ((await domainOf(target, world)) !== null) return;
  for (const { path } of [target.root, ...target.data])
    for (const user of (await usersOfDisk(path, world.port)) ?? []) {
      const loop = /^loop:(loop\d+)$/.exec(user)?.[1];
      if (loop !== undefined) await exec(['losetup', '--detach', `/dev/${loop}`], { okCodes: [0, 1], quiet: true });
    }
}

/** Its disk must be closed, else it stays where nobody can start it. A guest that was not stopped has it itself. */
async function close(target: RescueTarget, hand: Hand, world: RescueWorld): Promise<void> {
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

function planText(
  { name, config, stopTimeoutMs }: RescueTarget,
  disks: readonly OpenedDisk[],
  isRunning: boolean,
  { mode, command }: Rescue,
): string {
  const found = disks.flatMap(({ disk, found: all }) =>
    all.map(
      ({ type, startBytes, uuid }) =>
        `  ${cleanLine(disk.path, 200)}${startBytes === 0 ? '' : ` at byte ${startBytes}`}: ${type}${uuid === null ? '' : ` ${uuid}`}\n`,
    ),
  );
  const shell = mode === 'trusted' ? 'chroot into it' : 'in its files, outside of a chroot';
  return [
    `Rescue of ${name}:\n`,
    isRunning ? `  xl shutdown; it has ${stopTimeoutMs / 1000} s for that\n` : '',
    `  nobody can start it meanwhile: ${config} is moved aside\n`,
    `Dom0's kernel checks (fsck) and mounts, in a mount namespace of its own:\n`,
    ...found,
    command === ''
      ? `Then a shell, ${shell}; afterwards all is closed.\n`
      : `Then ${cleanLine(command, 500)}, ${shell}; afterwards all is closed.\n`,
  ].join('');
}

function shellNote({ name }: RescueTarget, mode: SessionOptions['mode']): string {
  return mode === 'trusted'
    ? `This is ${name}, in a chroot: no service is started, and nothing there restarts the host. 'exit' closes it.\n`
    : `These are the files of ${name}; do not run programs of theirs. 'exit' closes them.\n`;
}

/** Without `--trusted` or `--files`, or with both: throws `rescue-how` (exit 2). */
export function modeOf({
  trusted,
  files,
}: {
  readonly trusted?: boolean;
  readonly files?: boolean;
}): SessionOptions['mode'] {
  if (trusted === files) throw failure(trusted === true ? 'rescue-how.both' : 'rescue-how', EXIT.usage);
  return trusted === true ? 'trusted' : 'files';
}
