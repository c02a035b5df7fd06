/** Snapshots that go: what was made for them first, then their notes, so that whoever is cut off can go on. */
import { localFiles } from '../../../system/files/files.ts';
import { basename } from 'node:path';
import { removalOf } from '../../../plan/storage/devices/lvm-commands.ts';
import { SNAPSHOT_TAG, listVolumes, type CopyOfDisk } from './disks.ts';
import { readNotes, removeNote, type SnapshotNote } from './note.ts';
import type { SnapshotWorld } from './world.ts';

/** The commands that remove it, of what is there now. */
export async function dropCommands(note: SnapshotNote, world: SnapshotWorld): Promise<string[][]> {
  const volumes = await listVolumes(world);
  const commands: string[][] = [];
  for (const { kind, copy } of note.disks) {
    if (kind === 'file') {
      if (await localFiles.exists(copy)) commands.push(['rm', '--force', '--', copy]);
      continue;
    }
    // A volume of this name that is none of ours stays.
    const volume = volumes.find(({ path, tags }) => path === copy && tags.includes(SNAPSHOT_TAG));
    if (volume !== undefined) commands.push(removalOf(`${volume.group}/${volume.name}`));
  }
  return commands;
}

/** The same of a snapshot that is not made yet, for people who want to see it first. */
export function dropCommandsOf(copies: readonly CopyOfDisk[]): string[][] {
  return copies.map(({ copy, group }) =>
    group === null ? ['rm', '--force', '--', copy] : removalOf(`${group}/${basename(copy)}`),
  );
}

export async function dropSnapshot(note: SnapshotNote, world: SnapshotWorld): Promise<void> {
  for (const argv of await dropCommands(note, world)) await world.run(argv);
  await removeNote(note, world);
}

/** What runs that were cut off have left of this DomU. With its lock: none of them is at work. */
export async function dropLeftovers(name: string, world: SnapshotWorld): Promise<void> {
  for (const note of await readNotes(name, world)) if (note.phase === 'making') await dropSnapshot(note, world);
}
