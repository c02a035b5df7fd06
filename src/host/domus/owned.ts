/**
 * A DomU in the hands of one command: the starter's lock is held, its note says why, and the configuration lies aside,
 * so that `xl create` by hand fails too. What was changed is written down first, so that a kill or a power cut in any
 * place is put right by the next run. One owner: everything here is done with the lock.
 */
import type { XenwrightError } from '../../errors.ts';
import { asideOf } from '../../facts/in-rescue.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import type { ProbePort } from '../../facts/probe-port.ts';
import type { Message } from '../../i18n/phrase.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { localFiles } from '../../system/files/files.ts';
import { keepLock } from '../../system/files/kept-lock.ts';
import { WAS_STOPPED } from './own-starter.ts';

/** Where the host keeps what is told of its DomUs, and how it is read. */
export interface OwnedWorld {
  readonly port: Pick<ProbePort, 'read'>;
  /** Locks and notes of the host's own starter. */
  readonly starts: string;
  /** What is in the hands of commands, over restarts of the host too. */
  readonly notes: string;
  /** How long a start or stop by others may keep the lock. */
  readonly lockWaitMs: number;
}

/** Which command this is. */
export interface Owner {
  /** A word for it, of `[a-z-]`. */
  readonly by: string;
  /** What goes on with it, or undoes it, after it was cut off: for people. */
  readonly wayOut: readonly string[];
  /** Its error when it cannot have the DomU. */
  refused(reason: Message): XenwrightError;
}

/** The DomU; whoever has a configuration alone is not known by it while that lies aside, so all of it is kept. */
interface Ownable {
  readonly name: string;
  readonly config: string;
}

interface Kept<T extends Ownable> {
  readonly version: 1;
  readonly name: string;
  readonly config: string;
  /** Missing in those of earlier versions, which had rescues alone. */
  readonly by?: string;
  readonly wayOut?: readonly string[];
  /** The starter's note, as it was; null: there was none. */
  readonly told: string | null;
  readonly wasRunning: boolean;
  readonly target: T;
}

export interface Hand {
  /** Was it left in the hands of a run that did not come to its end? */
  readonly isLeft: boolean;
  /** From now on nobody starts it. `wasRunning`: it is stopped by us. */
  take(wasRunning: boolean): Promise<void>;
  /** Everything is as it was, but for the guest that was stopped. The lock stays. */
  giveBack(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock, changes nothing. Throws what `refused` makes of it when somebody else has it. */
export async function openHand<T extends Ownable>(target: T, owner: Owner, world: OwnedWorld): Promise<Hand> {
  const { name, config } = target;
  const lock = await keepLock(`${world.starts}/${name}.lock`, world.lockWaitMs);
  if (lock === null) throw owner.refused({ key: 'errors.rescue-refused.locked' });
  const note = `${world.notes}/${name}.json`;
  const told = `${world.starts}/${name}.json`;
  const left = readKept<T>(await world.port.read(note), name);
  if (left !== null && (left.by ?? 'rescue') !== owner.by) {
    await lock.release();
    throw owner.refused(ownedBy(left.wayOut ?? []));
  }
  const why = `it is in the hands of xenwright domu ${owner.by}`;
  return {
    isLeft: left !== null,
    async take(wasRunning) {
      if (left === null)
        await write(note, {
          version: 1,
          name,
          config,
          by: owner.by,
          wayOut: owner.wayOut,
          told: await world.port.read(told),
          wasRunning,
          target,
        } satisfies Kept<T>);
      await write(told, { created: false, stopped: true, why });
      await moveAside(left?.config ?? config, owner);
    },
    async giveBack() {
      const kept = readKept<T>(await world.port.read(note), name);
      if (kept === null) return;
      await moveBack(kept.config, owner);
      // After a restart of the host there is none of ours, and what there was is of another time.
      if ((await world.port.read(told))?.includes(why) === true) {
        if (kept.wasRunning) await write(told, { created: false, stopped: true, why: WAS_STOPPED });
        else if (kept.told === null) await localFiles.remove(told);
        else await localFiles.writeText(told, kept.told);
      }
      await localFiles.remove(note);
    },
    release: async () => await lock.release(),
  };
}

/**
 * What a run of this command that did not come to its end has in hand, or one that is at work: the lock tells them
 * apart. Null: nobody has, or another command, which `openHand` refuses.
 */
export async function inHandNow<T extends Ownable>(
  name: string,
  by: string,
  { notes, port }: OwnedWorld,
): Promise<T | null> {
  const kept = readKept<T>(await port.read(`${notes}/${name}.json`), name);
  return kept === null || (kept.by ?? 'rescue') !== by ? null : kept.target;
}

/** Why one that a command has in hand is left alone, and the way out. */
export function ownedBy(wayOut: readonly string[]): Message {
  return { key: 'commandLine.domu.power.owned', values: { command: commandLine(wayOut) } };
}

/** Where nothing is written down, or nonsense, nothing was changed. */
function readKept<T extends Ownable>(text: string | null, name: string): Kept<T> | null {
  const kept = parseJson(text);
  const isOurs =
    isRecord(kept) && kept['name'] === name && typeof kept['config'] === 'string' && isRecord(kept['target']);
  return isOurs ? (kept as unknown as Kept<T>) : null;
}

async function write(path: string, data: object): Promise<void> {
  await localFiles.writeText(path, JSON.stringify(data));
}

async function moveAside(config: string, owner: Owner): Promise<void> {
  const isThere = await localFiles.exists(config);
  // Somebody may have made it anew since an earlier run: which of the two is meant, only they know.
  if (isThere && !(await localFiles.exists(asideOf(config)))) await localFiles.rename(config, asideOf(config));
  else if (isThere) throw bothThere(config, owner);
}

async function moveBack(config: string, owner: Owner): Promise<void> {
  if (!(await localFiles.exists(asideOf(config)))) return;
  if (await localFiles.exists(config)) throw bothThere(config, owner);
  await localFiles.rename(asideOf(config), config);
}

function bothThere(config: string, { refused }: Owner): Error {
  return refused({ key: 'errors.rescue-refused.both', values: { config, aside: asideOf(config) } });
}
