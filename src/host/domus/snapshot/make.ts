/**
 * `domu snapshot create`: the disks of a DomU, its configuration and its part of the profile, of one instant. A run
 * that is cut off leaves a note, and the next one removes what it has left.
 */
import { XenwrightError } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';
import { DOMU_RECORDS } from '../../../facts/host-places.ts';
import instant from '../../../../assets/host/snapshot-instant.sh' with { type: 'text' };
import { commandLine } from '../../../plan/shell-words.ts';
import { fragmentOf } from '../../../profile/fragment.ts';
import { keepLock } from '../../../system/files/kept-lock.ts';
import { chosen, readTargets, wordFor, type Target } from '../targets.ts';
import { copiesOf, refusedSnapshot, type CopyOfDisk } from './disks.ts';
import { dropLeftovers, dropSnapshot } from './drop.ts';
import { freeze, type Frozen } from './freeze.ts';
import { readNotes, writeNote, type KeptTexts, type SnapshotNote } from './note.ts';
import type { SnapshotWorld } from './world.ts';

/** It stands still while they are made: each takes a moment. */
const COMMAND_SECONDS = 60;
/** Names of folders, options and volumes are made of it. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,59}$/;
/** xl and LVM wait for their locks. */
const INSTANT_LIMIT_MS = 10 * 60_000;

export interface SnapshotWish {
  readonly label: string;
  /** Of each disk's changes; null: as is usual. */
  readonly sizeBytes: number | null;
  /** A backup or a copy is made from it, and it goes with that. */
  readonly isPassing: boolean;
}
/** What would be done. */
export interface SnapshotPlan {
  readonly target: Target;
  readonly id: string;
  readonly copies: readonly CopyOfDisk[];
  readonly commands: readonly (readonly string[])[];
}

/** Looks only. Throws `no-such-domu` (exit 2), `snapshot-refused` (exit 4) and what `readTargets` does. */
export async function planSnapshot(name: string, wish: SnapshotWish, world: SnapshotWorld): Promise<SnapshotPlan> {
  const [target] = chosen(await readTargets(world.port), [name]);
  if (target === undefined) throw new Error('a name that is chosen has its DomU');
  if (!PLAIN_NAME.test(name)) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.name' });
  if (target.known === null || target.known.written === null)
    throw refusedSnapshot(name, { key: 'errors.snapshot-refused.config' });
  if (target.known.isInRescue) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.inRescue' });
  const notes = await readNotes(name, world);
  if (notes.some(({ phase }) => phase === 'reverting'))
    throw refusedSnapshot(name, { key: 'errors.snapshot-refused.reverting' });
  if (wish.label !== '' && notes.some(({ label, phase }) => label === wish.label && phase === 'whole'))
    throw refusedSnapshot(name, { key: 'errors.snapshot-refused.taken', values: { label: wish.label } });
  const id = freshId(notes, world.now());
  const copies = await copiesOf(target, { id, sizeBytes: wish.sizeBytes }, world);
  const held = heldNumber(target, copies);
  const makes = copies.map(({ make }) => make);
  const commands = held === null ? makes : [['xl', 'pause', held], ...makes, ['xl', 'unpause', held]];
  return { target, id, copies, commands };
}

/** One disk is of one instant by itself; one that is paused already is left so. */
function heldNumber({ domain }: Target, copies: readonly CopyOfDisk[]): string | null {
  return domain !== null && domain.state === 'running' && copies.length > 1 ? wordFor(domain) : null;
}

/** The second, in UTC; a second one in the same second gets the next. */
function freshId(notes: readonly SnapshotNote[], now: Date): string {
  for (let ms = now.getTime(); ; ms += 1000) {
    const id = new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
    if (!notes.some((one) => one.id === id)) return id;
  }
}

/** Nobody starts, stops, rescues or copies it meanwhile. Throws `snapshot-refused`. */
export async function withDomu<T>(name: string, world: SnapshotWorld, work: () => Promise<T>): Promise<T> {
  const lock = await keepLock(`${world.starts}/${name}.lock`, world.lockWaitMs);
  if (lock === null) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.locked' });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** The note of it, once all of it is there. */
export async function makeSnapshot(name: string, wish: SnapshotWish, world: SnapshotWorld): Promise<SnapshotNote> {
  return await withDomu(name, world, async () => {
    await dropLeftovers(name, world);
    // Looked at again: what was planned before the lock was had may be of another time.
    const { target, id, copies } = await planSnapshot(name, wish, world);
    const begun: SnapshotNote = {
      version: 1,
      ...{ name, id, label: wish.label, phase: 'making', isPassing: wish.isPassing },
      state: target.domain === null ? 'clean' : 'crash-consistent',
      at: world.now().toISOString(),
      config: target.known?.config ?? '',
      disks: copies.map(({ path, kind, copy, sizeBytes }) => ({ path, kind, copy, sizeBytes })),
    };
    await writeNote(begun, world, await textsNow(target, world));
    const frozen = await freeze(target, world);
    try {
      await takeInstant(target, copies, world);
      const whole: SnapshotNote = { ...begun, phase: 'whole', state: await stateOf(begun, frozen) };
      await writeNote(whole, world);
      return whole;
    } catch (error) {
      await dropSnapshot(begun, world);
      throw withoutReflink(name, error) ?? error;
    } finally {
      await frozen?.thaw();
    }
  });
}

async function stateOf({ state }: SnapshotNote, frozen: Frozen | null): Promise<SnapshotNote['state']> {
  return frozen !== null && (await frozen.isStill()) ? 'frozen' : state;
}

async function takeInstant(target: Target, copies: readonly CopyOfDisk[], world: SnapshotWorld): Promise<void> {
  const held = heldNumber(target, copies) ?? '';
  const commands = copies.map(({ make }) => commandLine(make));
  await world.run(['sh', '-c', instant, 'sh', held, String(COMMAND_SECONDS), ...commands], {
    timeoutMs: INSTANT_LIMIT_MS,
  });
}

/** cp(1) says so of a filesystem that cannot do it. */
function withoutReflink(name: string, error: unknown): XenwrightError | null {
  const line =
    error instanceof XenwrightError ? error.lastLines.find((text) => /failed to clone/.test(text)) : undefined;
  return line === undefined
    ? null
    : refusedSnapshot(name, { key: 'errors.snapshot-refused.reflink', values: { line: cleanLine(line, 300) } });
}

/** Its configuration, its record and its part of the profile as they are now. */
export async function textsNow({ name, known }: Target, { port, profile }: SnapshotWorld): Promise<KeptTexts> {
  const kept = await port.read(profile);
  return {
    config: (await port.read(known?.config ?? '')) ?? '',
    record: known?.record == null ? null : await port.read(`${DOMU_RECORDS}/${name}.json`),
    fragment: kept === null ? null : fragmentOf(kept, name),
  };
}
