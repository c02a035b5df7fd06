/**
 * A DomU in our hands: the starter's lock is held, its note says why, and the configuration lies aside, so that `xl
 * create` by hand fails too. What was changed is written down first, so that a kill or a power cut in any place is put
 * right by the next run. One owner: everything here is done with the lock.
 */
import { EXIT, failure } from '../../../errors.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { localFiles } from '../../../system/files/files.ts';
import { keepLock } from '../../../system/files/kept-lock.ts';
import { asideOf } from '../../../facts/in-rescue.ts';
import { WAS_STOPPED } from '../own-starter.ts';
import type { RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

const WHY = 'it is being rescued: xenwright domu rescue';

interface Kept {
  readonly version: 1;
  readonly name: string;
  readonly config: string;
  /** The starter's note, as it was; null: there was none. */
  readonly told: string | null;
  readonly wasRunning: boolean;
  /** Whoever has a configuration alone is not known by it while that lies aside. */
  readonly target: RescueTarget;
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

/** Takes the lock, changes nothing. Throws `rescue-refused` (exit 4) when somebody else has it. */
export async function openHand(target: RescueTarget, world: RescueWorld): Promise<Hand> {
  const { name, config } = target;
  const lock = await keepLock(`${world.starts}/${name}.lock`, world.lockWaitMs);
  if (lock === null)
    throw failure('rescue-refused', EXIT.refused, { domu: name, reason: { key: 'errors.rescue-refused.locked' } });
  const note = `${world.notes}/${name}.json`;
  const told = `${world.starts}/${name}.json`;
  const left = readKept(await world.port.read(note), name);
  return {
    isLeft: left !== null,
    async take(wasRunning) {
      if (left === null)
        await write(note, {
          version: 1,
          name,
          config,
          told: await world.port.read(told),
          wasRunning,
          target,
        } satisfies Kept);
      await write(told, { created: false, stopped: true, why: WHY });
      await moveAside(left?.config ?? config, name);
    },
    async giveBack() {
      const kept = readKept(await world.port.read(note), name);
      if (kept === null) return;
      await moveBack(kept.config, name);
      // After a restart of the host there is none of ours, and what there was is of another time.
      if ((await world.port.read(told))?.includes(WHY) === true) {
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
 * What a run that did not come to its end has in hand, or one that is at work: the lock tells them apart. Null: nobody
 * has.
 */
export async function inHandNow(name: string, { notes, port }: RescueWorld): Promise<RescueTarget | null> {
  return readKept(await port.read(`${notes}/${name}.json`), name)?.target ?? null;
}

/** Where nothing is written down, or nonsense, nothing was changed. */
function readKept(text: string | null, name: string): Kept | null {
  const kept = parseJson(text);
  const isOurs =
    isRecord(kept) && kept['name'] === name && typeof kept['config'] === 'string' && isRecord(kept['target']);
  return isOurs ? (kept as unknown as Kept) : null;
}

async function write(path: string, data: object): Promise<void> {
  await localFiles.writeText(path, JSON.stringify(data));
}

async function moveAside(config: string, name: string): Promise<void> {
  const isThere = await localFiles.exists(config);
  // Somebody may have made it anew since an earlier run: which of the two is meant, only they know.
  if (isThere && !(await localFiles.exists(asideOf(config)))) await localFiles.rename(config, asideOf(config));
  else if (isThere) throw bothThere(config, name);
}

async function moveBack(config: string, name: string): Promise<void> {
  if (!(await localFiles.exists(asideOf(config)))) return;
  if (await localFiles.exists(config)) throw bothThere(config, name);
  await localFiles.rename(asideOf(config), config);
}

function bothThere(config: string, name: string): Error {
  return failure('rescue-refused', EXIT.refused, {
    domu: name,
    reason: { key: 'errors.rescue-refused.both', values: { config, aside: asideOf(config) } },
  });
}
