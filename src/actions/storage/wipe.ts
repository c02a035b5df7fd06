/**
 * Makes a whole block device read as zeros: no guest finds there what somebody else has left. A killed run begins it
 * again.
 */
import type { ActionHandler } from '../kind.ts';

const MIB = 1024 * 1024;
/**
 * Between two signs of progress, and the longest that a command cannot be stopped for: the kernel zeroes a range in one
 * go. A disk that only notes it takes no time for any range; where zeros are written, this is some seconds.
 */
const CHUNK_MIB = { device: 65_536, zeros: 512 } as const;
/** More commands than this say nothing more. */
const MOST_CHUNKS = 500;
const CHUNK_TIMEOUT_MS = 30 * 60_000;

/**
 * BLKZEROOUT, not a discard: what was merely discarded may read as before. The kernel has the disk do it where that
 * can, and writes zeros where it cannot. Without --force: a device that is mounted or otherwise taken is refused.
 */
const zero = (device: string, range: readonly string[] = []): string[] => ['blkdiscard', '--zeroout', ...range, device];

export const volumeWipe: ActionHandler<'volume.wipe'> = {
  kind: 'volume.wipe',
  commands: ({ params: { device, by } }) => [
    { argv: zero(device), ...(by === 'zeros' ? { note: 'the run does it in ranges, to show how far it is' } : {}) },
    { argv: ['sync', device] },
  ],
  async apply({ params: { device, by } }, context) {
    const bytes = Number((await context.exec(['blockdev', '--getsize64', device], { quiet: true })).stdout);
    const chunkBytes = Math.max(CHUNK_MIB[by], Math.ceil(bytes / MIB / MOST_CHUNKS)) * MIB;
    for (let offset = 0; offset < bytes; offset += chunkBytes) {
      const length = Math.min(chunkBytes, bytes - offset);
      await context.exec(zero(device, [`--offset=${offset}`, `--length=${length}`]), { timeoutMs: CHUNK_TIMEOUT_MS });
      context.progress(Math.floor((offset + length) / MIB), Math.floor(bytes / MIB), 'MiB');
    }
    // Past the disk's own cache, before the journal says that it is done.
    await context.exec(['sync', device], { timeoutMs: CHUNK_TIMEOUT_MS, quiet: true });
  },
};
