/** The snapshots of a host's DomUs, with how full they are. Looks only. */
import { isLost } from '../../../facts/logical-volumes.ts';
import { listVolumes } from './disks.ts';
import { namesWithNotes, readNotes, type SnapshotNote } from './note.ts';
import type { SnapshotWorld } from './world.ts';

export interface ListedSnapshot {
  readonly note: SnapshotNote;
  /** The fullest of its volumes, of 100; null: files do not fill. */
  readonly usedPercent: number | null;
  /** A volume has overflowed or is gone: there is no way back to it. */
  readonly isLost: boolean;
}

/** Of one DomU, or of all. */
export async function listSnapshots(name: string | undefined, world: SnapshotWorld): Promise<ListedSnapshot[]> {
  const volumes = await listVolumes(world);
  const found: ListedSnapshot[] = [];
  for (const one of name === undefined ? await namesWithNotes(world) : [name])
    for (const note of await readNotes(one, world)) {
      const own = note.disks
        .filter(({ kind }) => kind === 'volume')
        .map(({ copy }) => volumes.find((v) => v.path === copy));
      const used = own.flatMap((volume) => volume?.usedPercent ?? []);
      found.push({
        note,
        usedPercent: used.length === 0 ? null : Math.max(...used),
        isLost: note.phase === 'whole' && own.some((volume) => volume === undefined || isLost(volume)),
      });
    }
  return found;
}
