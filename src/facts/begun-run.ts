/**
 * Runs of Xenwright that were begun on a disk of this machine and have not come to their end: by the state that they
 * keep on the boot partition, or, before there is that, by partitions that are named as this machine's own. Read
 * without mounting.
 */
import { isBootFilesystem, isBootPartition } from './boot-filesystem.ts';
import { deriveUuid, diskSeed } from '../plan/identity.ts';
import type { BegunRun, DiskFacts } from './facts.ts';
import { isRecord, parseJson, type BlockNode } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

/** Folder of a run's state, seen from the root of the boot filesystem. */
export const RUN_FOLDER = '/xenwright/run';
const EMPTY = new Set(['.', '..', 'lost+found']);

/** The disks, with what was begun on them. `seed`: this machine's. */
export async function withBegunRuns(
  port: ProbePort,
  nodes: readonly BlockNode[],
  disks: readonly DiskFacts[],
  seed: string,
): Promise<DiskFacts[]> {
  const found: DiskFacts[] = [];
  for (const disk of disks) {
    const node = nodes.find(({ path }) => path === disk.path);
    const begun = node === undefined || disk.installMarker !== null ? null : await begunRun(port, node, disk, seed);
    found.push({ ...disk, ...(begun === null ? {} : { begun }) });
  }
  return found;
}

async function begunRun(port: ProbePort, node: BlockNode, disk: DiskFacts, seed: string): Promise<BegunRun | null> {
  const parts = node.children.filter((child) => child.type === 'part');
  const boot = parts.find(isBootPartition);
  if (boot === undefined) return null;
  const content = disk.holds.filter(({ path }) => path === boot.path);
  const isFormatted = content.some(isBootFilesystem);
  const planHash = isFormatted
    ? planHashIn(await port.run(['debugfs', '-c', '-R', `cat ${RUN_FOLDER}/journal.ndjson`, boot.path]))
    : null;
  if (planHash !== null) return { device: boot.path, planHash };
  // A finished host whose marker cannot be read has at least a kernel there.
  const isOurs = parts.every((part) => isOwn(part, [diskSeed(seed, disk.identity), seed]));
  const isEmpty =
    content.length === 0 ||
    (isFormatted && isEmptyListing(await port.run(['debugfs', '-c', '-R', 'ls -p /', boot.path])));
  return isOurs && isEmpty ? { device: boot.path, planHash: null } : null;
}

/** A partition that an install of this machine onto this disk has made; `seeds`: also the one of older versions. */
function isOwn({ partitionUuid, partitionLabel }: BlockNode, seeds: readonly string[]): boolean {
  return seeds.some((seed) => partitionUuid?.toLowerCase() === deriveUuid(seed, 'partition', 0, partitionLabel ?? ''));
}

/** The plan that a journal belongs to: its first line says so. */
export function planHashIn(journal: string | null): string | null {
  const first = parseJson(journal?.split('\n', 1)[0] ?? null);
  return isRecord(first) && first['entry'] === 'run' && typeof first['planHash'] === 'string'
    ? first['planHash']
    : null;
}

/** `ls -p` of debugfs(8): `/inode/mode/uid/gid/name/size/` a line. */
function isEmptyListing(text: string | null): boolean {
  const names = (text ?? '')
    .split('\n')
    .filter((line) => line.startsWith('/'))
    .map((line) => line.split('/')[5] ?? '');
  return names.includes('..') && names.every((name) => EMPTY.has(name));
}
