/**
 * How the filesystem of /boot that an install has made is told on a disk of which nothing else is known: the marker of
 * a finished host lies there, and the state of a run. Whoever has the plan goes by its boot sets.
 */
import type { DiskContent } from './facts.ts';

/** Of the partition and of the filesystem. */
const LABEL = 'xw-boot';

export function isBootFilesystem({ type, label }: Pick<DiskContent, 'type' | 'label'>): boolean {
  return type === 'ext4' && label === LABEL;
}

export function isBootPartition({ partitionLabel }: { readonly partitionLabel: string | null }): boolean {
  return partitionLabel === LABEL;
}
