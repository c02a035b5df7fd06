/**
 * Carries out what was planned: volumes, their content, who the DomU is, and last of all what makes it part of the
 * host. A note says what is being made: whoever is cut off leaves nothing that the next run does not remove.
 */
import * as z from 'zod';
import { basename, dirname } from 'node:path';
import guestKernel from '../../../../assets/host/guest-kernel.sh' with { type: 'text' };
import { parseJson } from '../../../facts/lsblk.ts';
import { parseLogicalVolumes, VOLUMES_LISTED } from '../../../facts/logical-volumes.ts';
import { directKernelDirectory } from '../../../plan/domu/xl-config.ts';
import { file as fileType, type FileNode } from '../../../plan/storage/devices/file.ts';
import { newVolume, removalOf, withoutTag } from '../../../plan/storage/devices/lvm-commands.ts';
import { nodeOf } from '../../../plan/storage/graph.ts';
import { keptProfile } from '../../../profile/kept.ts';
import { localFiles } from '../../../system/files/files.ts';
import { keepLock } from '../../../system/files/kept-lock.ts';
import type { BackupManifest } from '../backup/manifest.ts';
import { giveIdentity } from './identity.ts';
import { refusedBirth, type Birth, type BornDisk } from './plan.ts';
import type { BirthWorld } from './world.ts';

/** Of volumes whose DomU is not there yet. */
const UNFINISHED = 'xenwright.unfinished';
const MAKE_LIMIT_MS = 30 * 60_000;

const noteSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Disks, files and folders that were not there before. */
  disks: z.array(z.object({ path: z.string().startsWith('/'), isVolume: z.boolean() })),
  files: z.array(z.string().startsWith('/')),
  /** The profile that the host keeps has it, or is about to: it is there. */
  isDone: z.boolean(),
});
type Note = z.infer<typeof noteSchema>;

/** Only one makes a DomU of this name, and nobody starts it. What an earlier run has left of it is removed. */
export async function withName<T>(name: string, world: BirthWorld, work: () => Promise<T>): Promise<T> {
  const lock = await keepLock(`${world.starts}/${name}.lock`, world.lockWaitMs);
  if (lock === null) throw refusedBirth(name, { key: 'errors.snapshot-refused.locked' });
  try {
    const left = noteSchema.safeParse(parseJson(await localFiles.readText(noteOf(name, world)).catch(() => null))).data;
    if (left !== undefined) await (left.isDone ? complete(left, world) : undo(left, world));
    return await work();
  } finally {
    await lock.release();
  }
}

/** The commands that make its disks, for people who want to see them first. */
export function makingOf({ name, model, disks, swaps }: Birth): string[][] {
  return [...disks, ...swaps].flatMap(({ volume, path, isVolume }): string[][] => {
    if (isVolume) return [newVolume(basename(dirname(path)), basename(path), volume.sizeMiB * 2 ** 20, UNFINISHED)];
    const node = nodeOf(model.storage, volume.deviceId);
    if (node.type !== 'file' || fileType.making === null)
      throw refusedBirth(name, { key: 'errors.birth-refused.place', values: { path } });
    return fileType.making
      .steps(node as FileNode, [])
      .map(({ argv }) => argv.map((word) => word.replace(/^\$TREE.*/, word.endsWith('.img') ? path : dirname(path))));
  });
}

/** `fill`: brings all disks their content. */
export async function carryBirth(
  birth: Birth,
  manifest: BackupManifest,
  world: BirthWorld,
  fill: (disks: readonly BornDisk[]) => Promise<void>,
): Promise<void> {
  const note = beginningOf(birth, world);
  await writeNote(note, world);
  try {
    for (const argv of makingOf(birth)) await world.run(argv, { timeoutMs: MAKE_LIMIT_MS });
    await fill(birth.disks);
    await giveIdentity(birth, manifest, world);
    await keepKernel(birth, world);
  } catch (error) {
    await undo(note, world);
    throw error;
  }
  await join(birth, world);
  await complete({ ...note, isDone: true }, world);
}

function beginningOf({ name, domu, disks, swaps, content }: Birth, { root }: BirthWorld): Note {
  return {
    version: 1,
    name,
    disks: [...disks, ...swaps].map(({ path, isVolume }) => ({ path, isVolume })),
    files: [
      ...content.files.map(({ path }) => root + path),
      ...content.links.map(({ path }) => root + path),
      ...(domu.boot === 'direct' ? [root + directKernelDirectory(name)] : []),
    ],
    isDone: false,
  };
}

/** It becomes part of the host: its record and configuration, then the profile. */
async function join({ name, domu, profile, facts, content }: Birth, world: BirthWorld): Promise<void> {
  for (const { path, content: text, mode } of content.files)
    if (typeof text === 'string') await localFiles.writeText(world.root + path, text, { mode });
  for (const { path, target } of content.links) await localFiles.makeLink(world.root + path, target);
  // From here on it is there, whatever happens.
  const note = noteSchema.parse(parseJson(await localFiles.readText(noteOf(name, world))));
  await writeNote({ ...note, isDone: true }, world);
  await localFiles.writeText(world.profile, keptProfile(profile), { mode: '0600' });
  if (domu.settings.network.some(({ antispoof }) => antispoof)) await world.guard(profile, facts);
}

/** `boot: direct`: its kernel lies in Dom0. */
async function keepKernel({ name, domu, disks }: Birth, world: BirthWorld): Promise<void> {
  const root = disks.find(({ volume }) => volume.use === 'root');
  if (domu.boot !== 'direct' || root === undefined) return;
  const folder = world.root + directKernelDirectory(name);
  await localFiles.makeDirectory(folder, '0700');
  await world.run(['sh', '-e', '-c', guestKernel, 'sh', root.path, folder]);
}

async function complete({ name, disks }: Note, world: BirthWorld): Promise<void> {
  for (const { group, name: volume } of await ownVolumes(disks, world))
    await world.run(withoutTag(`${group}/${volume}`, UNFINISHED));
  await localFiles.remove(noteOf(name, world));
}

async function undo({ name, disks, files }: Note, world: BirthWorld): Promise<void> {
  for (const path of files) await localFiles.remove(path);
  for (const { group, name: volume } of await ownVolumes(disks, world))
    await world.run(removalOf(`${group}/${volume}`));
  for (const { path, isVolume } of disks) if (!isVolume) await localFiles.remove(path);
  await localFiles.remove(noteOf(name, world));
}

/** Those that are there and are not finished: another volume of such a name is somebody's. */
async function ownVolumes(disks: Note['disks'], { port }: BirthWorld) {
  const volumes = parseLogicalVolumes((await port.run(VOLUMES_LISTED)) ?? '') ?? [];
  return volumes.filter(({ path, tags }) => tags.includes(UNFINISHED) && disks.some((disk) => disk.path === path));
}

function noteOf(name: string, { births }: BirthWorld): string {
  return `${births}/${name}.json`;
}
async function writeNote(note: Note, world: BirthWorld): Promise<void> {
  await localFiles.writeText(noteOf(note.name, world), JSON.stringify(note), { mode: '0600' });
}
