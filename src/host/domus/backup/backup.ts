/**
 * `domu backup`: one file with all that a DomU is, of one instant. A snapshot of it is made, read, and removed; what a
 * backup that was cut off has left is removed by the next.
 */
import { createHash } from 'node:crypto';
import { EXIT, failure } from '../../../errors.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { keepLock } from '../../../system/files/kept-lock.ts';
import { fileTarget, sshTarget, type BackupTarget } from '../../../system/backup/target.ts';
import { packInto } from '../../../system/backup/pack.ts';
import { untilEnded } from '../../../system/process/until-ended.ts';
import { writtenDisk } from '../disks-free.ts';
import { parseXlConfig } from '../running.ts';
import { guestDeviceOf } from '../snapshot/disk-format.ts';
import { refusedSnapshot } from '../snapshot/disks.ts';
import { dropSnapshot } from '../snapshot/drop.ts';
import { makeSnapshot, withDomu } from '../snapshot/make.ts';
import { readNotes, textsOf, type KeptTexts, type SnapshotNote } from '../snapshot/note.ts';
import type { SnapshotWorld } from '../snapshot/world.ts';
import type { Destination } from './destination.ts';
import {
  CONFIG_FILE,
  MANIFEST_FILE,
  PROFILE_FILE,
  readBackupManifest,
  RECORD_FILE,
  type BackupManifest,
} from './manifest.ts';

export interface Progress {
  (doneBytes: number, totalBytes: number): void;
}

/** One backup or copy of a DomU at a time: its snapshot is no leftover as long as this lock is held. */
export async function withPassing<T>(
  name: string,
  world: SnapshotWorld,
  sizeBytes: number | null,
  work: (note: SnapshotNote) => Promise<T>,
): Promise<T> {
  const lock = await keepLock(`${world.starts}/${name}.copied.lock`, world.lockWaitMs);
  if (lock === null) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.locked' });
  try {
    for (const left of await readNotes(name, world)) if (left.isPassing) await dropLocked(left, world);
    const note = await makeSnapshot(name, { label: '', sizeBytes, isPassing: true }, world);
    if (note.disks.some(({ kind }) => kind === 'volume')) await world.watch();
    try {
      return await work(note);
    } finally {
      await dropLocked(note, world);
    }
  } finally {
    await lock.release();
  }
}

async function dropLocked(note: SnapshotNote, world: SnapshotWorld): Promise<void> {
  await withDomu(note.name, world, async () => await dropSnapshot(note, world));
}

/** What is written of it. */
export async function backupDomu(
  name: string,
  { to, sizeBytes }: { readonly to: Destination; readonly sizeBytes: number | null },
  world: SnapshotWorld,
  progress: Progress,
): Promise<BackupManifest> {
  return await untilEnded(async (signal) => {
    // Whoever cannot write there makes no snapshot.
    const target = await openTarget(to);
    return await withPassing(name, world, sizeBytes, async (note) => {
      const texts = await textsOf(note, world);
      const manifest = manifestOf(note, texts);
      const totalBytes = note.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
      await packInto(
        target.stream,
        {
          texts: [[MANIFEST_FILE, JSON.stringify(manifest, null, 2)], ...filesOf(texts)],
          disks: note.disks.map(({ copy, sizeBytes: size }, index) => ({
            file: `disk-${index}.img`,
            path: copy,
            sizeBytes: size,
          })),
          seconds: Date.parse(note.at) / 1000,
          progress: (done) => progress(done, totalBytes),
        },
        signal,
      );
      await target.finish();
      return manifest;
    }).catch(async (error: unknown) => {
      // Where the other side says why, that is the reason.
      await target.drop();
      if (signal.aborted) throw failure('interrupted.command', EXIT.interrupted, { file: 'domu backup' });
      throw error;
    });
  });
}

async function openTarget(to: Destination): Promise<BackupTarget> {
  return to.kind === 'file' ? await fileTarget(to.path) : await sshTarget(to.login, to.port, to.path);
}

function filesOf({ config, record, fragment }: KeptTexts): [string, string][] {
  return [
    [CONFIG_FILE, config],
    ...(record === null ? [] : [[RECORD_FILE, record] as [string, string]]),
    ...(fragment === null ? [] : [[PROFILE_FILE, fragment] as [string, string]]),
  ];
}

/** Throws `snapshot-refused` for what no backup can say. */
export function manifestOf({ name, at, state, disks }: SnapshotNote, texts: KeptTexts): BackupManifest {
  const inRecord = recordVolumes(texts.record);
  const written = parseXlConfig(texts.config).disks;
  const swaps = inRecord.filter(({ use }) => use === 'swap');
  const manifest = {
    version: 1,
    kind: 'xenwright-domu-backup',
    ...{ name, at, state },
    texts: filesOf(texts).map(([file, text]) => ({ file, sha256: createHash('sha256').update(text).digest('hex') })),
    disks: disks.map(({ path, sizeBytes }, index) => ({
      file: `disk-${index}.img`,
      sizeBytes,
      guestDevice: guestDeviceOf(written.find((disk) => writtenDisk(disk) === path) ?? ''),
      name: inRecord.find(({ device }) => device === path)?.name ?? null,
    })),
    swaps: swaps.map(({ name: swap, sizeMiB, guestDevice, uuid }) => ({
      sizeBytes: sizeMiB * 2 ** 20,
      guestDevice,
      name: swap,
      uuid: uuid === '' ? null : uuid,
    })),
  };
  const sound = readBackupManifest(JSON.stringify(manifest));
  if (sound === null) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.record' });
  return sound;
}

interface RecordVolume {
  readonly name: string;
  readonly use: string;
  readonly device: string;
  readonly guestDevice: string;
  readonly uuid: string;
  readonly sizeMiB: number;
}
/** What it says is looked at with the whole manifest. */
function recordVolumes(record: string | null): RecordVolume[] {
  const read = parseJson(record);
  const volumes = isRecord(read) && Array.isArray(read['volumes']) ? (read['volumes'] as unknown[]) : [];
  return volumes.filter(isRecord) as unknown as RecordVolume[];
}
