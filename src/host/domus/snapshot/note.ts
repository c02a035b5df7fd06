/**
 * What is written down of each snapshot: `NOTES/DOMU/ID/snapshot.json`, and beside it the xl configuration, the record
 * and the part of the profile of that instant. The note is there from before anything is made until all of it is gone.
 */
import * as z from 'zod';
import { parseJson } from '../../../facts/lsblk.ts';
import { localFiles } from '../../../system/files/files.ts';
import type { SnapshotWorld } from './world.ts';

const path = z.string().regex(/^\/[^\p{Cc}]{1,1000}$/u);

const diskSchema = z.object({
  /** As the DomU's configuration names it. */
  path,
  /** A logical volume, or an image file. */
  kind: z.enum(['volume', 'file']),
  /** What keeps its content of that instant: a device or a file. */
  copy: path,
  sizeBytes: z.number().int().positive(),
});
const noteSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  id: z.string().regex(/^\d{8}-\d{6}$/),
  label: z.string().max(60),
  /** `making`: a run that did not come to its end has left it; `reverting`: the DomU is on its way back to it. */
  phase: z.enum(['making', 'whole', 'reverting']),
  state: z.enum(['clean', 'frozen', 'crash-consistent']),
  at: z.string(),
  /** A backup or a copy is made from it: it goes with that. */
  isPassing: z.boolean(),
  config: path,
  disks: z.array(diskSchema).min(1).max(64),
});
export type SnapshotNote = z.infer<typeof noteSchema>;
export type SnapshotDisk = SnapshotNote['disks'][number];
/** What is kept beside the note; null: the DomU has none. */
export interface KeptTexts {
  readonly config: string;
  readonly record: string | null;
  readonly fragment: string | null;
}

export function folderOf({ name, id }: Pick<SnapshotNote, 'name' | 'id'>, { notes }: SnapshotWorld): string {
  return `${notes}/${name}/${id}`;
}

export async function writeNote(note: SnapshotNote, world: SnapshotWorld, texts?: KeptTexts): Promise<void> {
  const folder = folderOf(note, world);
  const mode = { mode: '0600' };
  if (texts !== undefined) {
    await localFiles.makeDirectory(folder, '0700');
    await localFiles.writeText(`${folder}/domu.cfg`, texts.config, mode);
    if (texts.record !== null) await localFiles.writeText(`${folder}/record.json`, texts.record, mode);
    if (texts.fragment !== null) await localFiles.writeText(`${folder}/profile.yaml`, texts.fragment, mode);
  }
  await localFiles.writeText(`${folder}/snapshot.json`, JSON.stringify(note, null, 2), mode);
}

export async function textsOf(note: SnapshotNote, world: SnapshotWorld): Promise<KeptTexts> {
  const read = async (file: string): Promise<string | null> =>
    await localFiles.readText(`${folderOf(note, world)}/${file}`).catch(() => null);
  return {
    config: (await read('domu.cfg')) ?? '',
    record: await read('record.json'),
    fragment: await read('profile.yaml'),
  };
}

export async function removeNote(note: SnapshotNote, world: SnapshotWorld): Promise<void> {
  await localFiles.remove(folderOf(note, world));
}

/** All of a DomU, the oldest first. Folders without a sound note are none: nothing was made for them yet. */
export async function readNotes(name: string, world: SnapshotWorld): Promise<SnapshotNote[]> {
  const ids = await localFiles.list(`${world.notes}/${name}`).catch(() => []);
  const found: SnapshotNote[] = [];
  for (const id of ids) {
    const text = await localFiles.readText(`${world.notes}/${name}/${id}/snapshot.json`).catch(() => null);
    const note = noteSchema.safeParse(parseJson(text)).data;
    if (note !== undefined && note.name === name && note.id === id) found.push(note);
  }
  return found;
}

/** Names of DomUs that have any. */
export async function namesWithNotes(world: SnapshotWorld): Promise<string[]> {
  return (await localFiles.list(world.notes).catch(() => [])).filter((name) => !name.startsWith('.'));
}
