/**
 * `domu snapshot revert`: the disks, the configuration and the profile's part of a DomU become those of a snapshot
 * again. LVM merges a volume's snapshot into it, which uses the snapshot up. From the first change until the last the
 * note says `reverting` and the configuration lies aside: whoever is cut off goes on by the same command, and nobody
 * starts a DomU that is half of one time and half of another.
 */
import { EXIT, failure, XenwrightError } from '../../../errors.ts';
import { isLost, type LogicalVolume } from '../../../facts/logical-volumes.ts';
import { cleanLine } from '../../../clean-text.ts';
import { growthOf, mergeOf, pollOf } from '../../../plan/storage/devices/lvm-commands.ts';
import { withFragment } from '../../../profile/fragment.ts';
import { localFiles } from '../../../system/files/files.ts';
import { untilEnded } from '../../../system/process/until-ended.ts';
import { WAS_STOPPED } from '../own-starter.ts';
import { stop } from '../rescue/stop.ts';
import type { RescueWorld } from '../rescue/world.ts';
import { listVolumes, refusedSnapshot } from './disks.ts';
import { withDomu } from './make.ts';
import { folderOf, readNotes, removeNote, textsOf, writeNote, type SnapshotNote } from './note.ts';
import type { SnapshotWorld } from './world.ts';

const WHY = 'it is being reverted: xenwright domu snapshot revert';
/** A merge copies what has changed. */
const MERGE_LIMIT_MS = 24 * 3600_000;
const STOP_TIMEOUT_MS = 120_000;

/** By its number or its label. Throws `snapshot-unknown` (exit 2). */
export async function snapshotCalled(name: string, called: string, world: SnapshotWorld): Promise<SnapshotNote> {
  const notes = (await readNotes(name, world)).filter(({ phase, isPassing }) => phase !== 'making' && !isPassing);
  const found = notes.find(({ id }) => id === called) ?? notes.find(({ label }) => label === called && label !== '');
  if (found !== undefined) return found;
  throw failure('snapshot-unknown', EXIT.usage, { domu: cleanLine(name), snapshot: cleanLine(called) });
}

/**
 * The commands that bring its disks back, of what is there now. Throws `snapshot-refused` where that is not all of it,
 * or other snapshots of the disks would overflow.
 */
export async function revertCommands(note: SnapshotNote, world: SnapshotWorld): Promise<string[][]> {
  const volumes = await listVolumes(world);
  const merged: LogicalVolume[] = [];
  const commands: string[][] = [];
  for (const { path, kind, copy, sizeBytes } of note.disks) {
    const shown = cleanLine(path, 200);
    if (kind === 'file') {
      if (!(await localFiles.exists(copy)))
        throw refusedSnapshot(note.name, { key: 'errors.snapshot-refused.gone', values: { path: shown } });
      const beside = `${path}.reverting`;
      commands.push(
        ['cp', '--reflink=always', '--no-target-directory', '--', copy, beside],
        ['sync', beside],
        ['mv', '--no-target-directory', '--', beside, path],
      );
      continue;
    }
    const volume = volumes.find((one) => one.path === copy);
    // What was merged before this run was cut off is gone by now, or is about to be.
    if (note.phase === 'reverting' && volume === undefined) continue;
    if (note.phase === 'reverting' && volume?.attributes.startsWith('S') === true) {
      commands.push(pollOf(`${volume.group}/${volume.origin}`));
      continue;
    }
    if (volume === undefined || isLost(volume))
      throw refusedSnapshot(note.name, { key: 'errors.snapshot-refused.gone', values: { path: shown } });
    const origin = volumes.find((one) => one.group === volume.group && one.name === volume.origin);
    if (origin === undefined || origin.sizeBytes !== sizeBytes)
      throw refusedSnapshot(note.name, { key: 'errors.snapshot-refused.size', values: { path: shown } });
    merged.push(volume);
  }
  const growing = merged.flatMap((one) => growOthers(note, one, volumes));
  const merge = merged.map(({ group, name }) => `${group}/${name}`);
  return [...growing, ...commands, ...(merge.length === 0 ? [] : [mergeOf(merge)])];
}

/** What is written back into a volume is a change to its other snapshots. */
function growOthers(note: SnapshotNote, merged: LogicalVolume, volumes: readonly LogicalVolume[]): string[][] {
  const changed = (merged.sizeBytes * (merged.usedPercent ?? 100)) / 100;
  let free = merged.freeBytes;
  return volumes
    .filter((one) => one.group === merged.group && one.origin === merged.origin && one.name !== merged.name)
    .filter((one) => !isLost(one))
    .flatMap((one) => {
      const left = (one.sizeBytes * (100 - (one.usedPercent ?? 0))) / 100;
      const lacking = Math.ceil((changed * 1.1 + 8 * one.extentBytes - left) / one.extentBytes) * one.extentBytes;
      if (lacking <= 0) return [];
      free -= lacking;
      if (free < 0)
        throw refusedSnapshot(note.name, {
          key: 'errors.snapshot-refused.others',
          values: { volume: `${one.group}/${one.name}` },
        });
      return [growthOf(`${one.group}/${one.name}`, lacking)];
    });
}

/** Are volumes among its disks? Then it is used up. */
export function isUsedUp({ disks }: SnapshotNote): boolean {
  return disks.some(({ kind }) => kind === 'volume');
}

/** Stops the DomU first; `mayForce`: it does not stop in time. */
export async function revertTo(
  given: SnapshotNote,
  world: SnapshotWorld,
  rescueWorld: RescueWorld,
  mayForce: () => Promise<boolean>,
): Promise<void> {
  const { name, config } = given;
  await withDomu(name, world, async () => {
    const note = await snapshotCalled(name, given.id, world);
    const texts = await textsOf(note, world);
    await revertCommands(note, world);
    const [root] = note.disks;
    if (root === undefined) throw new Error('a snapshot has disks');
    const asDisk = { path: root.path, format: 'raw', mount: '' };
    const target = { name, config, stopTimeoutMs: stopTimeoutIn(texts.record), root: asDisk, data: [] };
    await untilEnded(async (signal) => await stop(target, rescueWorld, mayForce, signal)).catch((error: unknown) => {
      throw asSnapshotError(name, error);
    });
    const told = `${world.starts}/${name}.json`;
    const begun: SnapshotNote = { ...note, phase: 'reverting' };
    const commands = await revertCommands(note, world);
    await writeNote(begun, world);
    await localFiles.writeText(told, JSON.stringify({ created: false, stopped: true, why: WHY }));
    const aside = `${folderOf(note, world)}/aside.cfg`;
    if (await localFiles.exists(config)) {
      await localFiles.writeText(aside, await localFiles.readText(config), { mode: '0600' });
      await localFiles.remove(config);
    }
    for (const argv of commands) await world.run(argv, { timeoutMs: MERGE_LIMIT_MS });
    await putBack(note, texts, world);
    await localFiles.writeText(told, JSON.stringify({ created: false, stopped: true, why: WAS_STOPPED }));
    if (isUsedUp(note)) await removeNote(note, world);
    else await writeNote({ ...note, phase: 'whole' }, world);
  });
}

/** The configuration comes last: with it the DomU can be started. */
async function putBack(
  { name, config }: SnapshotNote,
  { config: text, record, fragment }: Awaited<ReturnType<typeof textsOf>>,
  { port, profile, records }: SnapshotWorld,
): Promise<void> {
  const kept = fragment === null ? null : await port.read(profile);
  if (kept !== null && fragment !== null) {
    const back = withFragment(kept, name, fragment);
    if (back !== kept) await localFiles.writeText(profile, back, { mode: '0600' });
  }
  if (record !== null) await localFiles.writeText(`${records}/${name}.json`, record);
  await localFiles.writeText(config, text, { mode: '0640' });
}

function stopTimeoutIn(record: string | null): number {
  const seconds = /"stopTimeoutSeconds": (\d{1,6})\b/.exec(record ?? '')?.[1];
  return seconds === undefined ? STOP_TIMEOUT_MS : Number(seconds) * 1000;
}

/** It is stopped as for a rescue, and what is in the way of that is in ours. */
function asSnapshotError(name: string, error: unknown): unknown {
  const reason =
    error instanceof XenwrightError && error.code === 'rescue-refused' ? error.said?.values?.['reason'] : null;
  return reason == null || typeof reason === 'number' ? error : refusedSnapshot(name, reason);
}
