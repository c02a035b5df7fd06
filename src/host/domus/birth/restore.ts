/** `domu restore` and `domu copy`: what a DomU is made of, and how its disks get their content. */
import { DOMU_NAME } from '../backup/manifest.ts';
import { EXIT, failure } from '../../../errors.ts';
import type { LocatedFinding } from '../../../check/finding.ts';
import { contentOf, fillDisk } from '../../../system/backup/fill.ts';
import { untilEnded } from '../../../system/process/until-ended.ts';
import { manifestOf, withPassing, type Progress } from '../backup/backup.ts';
import { PROFILE_FILE, RECORD_FILE, type BackupManifest } from '../backup/manifest.ts';
import { readBackup } from '../backup/verify.ts';
import { planSnapshot, textsNow } from '../snapshot/make.ts';
import { textsOf } from '../snapshot/note.ts';
import { carryBirth, makingOf, withName } from './carry.ts';
import { planBirth, refusedBirth, type Birth, type BornDisk, type Parent } from './plan.ts';
import type { BirthWorld } from './world.ts';

/** What people are told on the way. */
export interface Telling {
  readonly progress: Progress;
  findings(findings: readonly LocatedFinding[]): void;
}

/** Ends the reading of a backup whose beginning was enough. */
class Enough extends Error {}

/** What a backup says of itself; its disks are not read. */
async function parentIn(file: string): Promise<Parent> {
  const found: Parent[] = [];
  await readBackup(file, {
    async texts(manifest: BackupManifest, texts) {
      found.push({ manifest, record: texts.get(RECORD_FILE) ?? null, fragment: texts.get(PROFILE_FILE) ?? null });
      throw new Enough();
    },
    disk: async () => undefined,
  }).catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error;
  });
  const [parent] = found;
  if (parent === undefined) throw new Error('a backup without texts was read');
  return parent;
}

/** Looks only: the commands that would make its disks. */
export async function restoreCommands(
  file: string,
  as: string | undefined,
  world: BirthWorld,
  telling: Telling,
): Promise<string[][]> {
  const parent = await parentIn(file);
  return makingOf(await planBirth(parent, nameOf(as ?? parent.manifest.name), world, telling.findings));
}

export async function restoreDomu(
  file: string,
  as: string | undefined,
  world: BirthWorld,
  telling: Telling,
): Promise<Birth> {
  const parent = await parentIn(file);
  const name = nameOf(as ?? parent.manifest.name);
  return await withName(name, world, async () => {
    const birth = await planBirth(parent, name, world, telling.findings);
    return await born(birth, parent.manifest, world, async (disks, stop) => {
      const totalBytes = total(parent.manifest);
      let doneBytes = 0;
      await readBackup(file, {
        async texts(manifest) {
          // It may have been replaced meanwhile: then it is another one.
          if (JSON.stringify(manifest) !== JSON.stringify(parent.manifest))
            throw refusedBirth(name, { key: 'errors.backup-unfit.other' });
        },
        async disk(entry, chunks) {
          const [disk, before] = [diskOf(disks, entry), doneBytes];
          await fillDisk(disk.path, stopping(chunks, stop), (done) => {
            doneBytes = before + done;
            telling.progress(doneBytes, totalBytes);
          });
        },
      });
    });
  });
}

/** Looks only. */
export async function copyCommands(
  name: string,
  copy: string,
  world: BirthWorld,
  telling: Telling,
): Promise<string[][]> {
  const parent = await parentNow(name, world);
  return makingOf(await planBirth(parent, nameOf(copy), world, telling.findings));
}

export async function copyDomu(
  name: string,
  copy: string,
  sizeBytes: number | null,
  world: BirthWorld,
  telling: Telling,
): Promise<Birth> {
  if (name === copy) throw refusedBirth(copy, { key: 'errors.birth-refused.taken' });
  return await withName(nameOf(copy), world, async () => {
    // What cannot be made is seen before a snapshot is.
    await planBirth(await parentNow(name, world), copy, world, telling.findings);
    return await withPassing(name, world, sizeBytes, async (note) => {
      const texts = await textsOf(note, world);
      const manifest = manifestOf(note, texts);
      const birth = await planBirth({ manifest, ...texts }, copy, world, () => undefined);
      return await born(birth, manifest, world, async (disks, stop) => {
        const totalBytes = total(manifest);
        let before = 0;
        for (const [index, { copy: from, sizeBytes: size }] of note.disks.entries()) {
          const disk = diskOf(disks, `disk-${index}.img`);
          const done = before;
          await fillDisk(disk.path, stopping(contentOf(from, size), stop), (bytes) =>
            telling.progress(done + bytes, totalBytes),
          );
          before += size;
        }
      });
    });
  });
}

/** A DomU as it is now: what is known of it before there is a snapshot. */
async function parentNow(name: string, world: BirthWorld): Promise<Parent> {
  const { target, id, copies } = await planSnapshot(name, { label: '', sizeBytes: null, isPassing: true }, world);
  const texts = await textsNow(target, world);
  const now = { version: 1, id, name, label: '', phase: 'whole', state: 'clean', isPassing: true } as const;
  const note = { ...now, at: world.now().toISOString(), config: target.known?.config ?? '', disks: [...copies] };
  return { manifest: manifestOf(note, texts), record: texts.record, fragment: texts.fragment };
}

async function born(
  birth: Birth,
  manifest: BackupManifest,
  world: BirthWorld,
  fill: (disks: readonly BornDisk[], stop: AbortSignal) => Promise<void>,
): Promise<Birth> {
  await untilEnded(async (signal) => {
    await carryBirth(birth, manifest, world, async (disks) => await fill(disks, signal));
  });
  return birth;
}

async function* stopping(chunks: AsyncIterable<Buffer>, stop: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (stop.aborted) throw failure('interrupted.command', EXIT.interrupted, { file: 'xenwright domu' });
    yield chunk;
  }
}

function diskOf(disks: readonly BornDisk[], file: string): BornDisk {
  const disk = disks.find((one) => one.file === file);
  if (disk === undefined) throw new Error(`no disk is planned for ${file}`);
  return disk;
}

const total = ({ disks }: BackupManifest): number => disks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

function nameOf(name: string): string {
  if (DOMU_NAME.test(name)) return name;
  throw refusedBirth(name, { key: 'errors.snapshot-refused.name' });
}
