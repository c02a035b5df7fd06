/**
 * A text on an NFS export: version 4, then 3. A server that has just started lets nobody open a file before its grace
 * period is over (90 s, for clients of before), so reading has longer than any other, and says why while it waits.
 */
import type { Message } from '../../i18n/phrase.ts';
import type { SourceRef } from '../../profile/source-ref.ts';
import { readByMount, SAFE } from './read-by-mount.ts';
import type { exec } from '../process/exec.ts';
import { SourceError } from './error.ts';

/** Tenths of a second, twice: a server that is gone is an error soon, never a process that hangs. */
const OPTIONS = `${SAFE},soft,timeo=50,retrans=2,retry=0,nolock`;
/** The grace period, and the client's longest pause between two tries (15 s). */
const NFS_MS = 120_000;
const SLOW_MS = 8_000;
const SECOND_MS = 1000;

export interface NfsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told once, when the server lets us wait. */
  onSlow?: ((note: Message) => void) | undefined;
  readonly slowMs?: number;
  readonly run?: typeof exec;
}
export interface Way {
  readonly where: Message;
  read(): Promise<string>;
}

export function waysByNfs({ server, path }: Extract<SourceRef, { kind: 'nfs' }>, options: NfsOptions): Way[] {
  const at = path.lastIndexOf('/');
  const [folder, file] = [path.slice(0, at) || '/', path.slice(at + 1)];
  return ['4', '3'].map((version) => ({
    where: { key: 'errors.source-unreachable.reasons.nfsVersion', values: { version } },
    read: async () => {
      const { slowMs = SLOW_MS, onSlow, signal, run } = options;
      const slow = setTimeout(
        () =>
          onSlow?.({
            key: 'errors.source-unreachable.exportSlow',
            values: { source: `nfs://${server}${path}`, seconds: Math.round((NFS_MS - slowMs) / SECOND_MS) },
          }),
        slowMs,
      );
      try {
        return await readByMount({
          type: 'nfs',
          options: `${OPTIONS},vers=${version}`,
          what: `${server}:${folder}`,
          file,
          limitMs: NFS_MS,
          signal,
          ...(run === undefined ? {} : { run }),
          whenStuck: () =>
            new SourceError('source-unreachable.exportStuck', { seconds: NFS_MS / SECOND_MS }, { mayCome: true }),
        });
      } finally {
        clearTimeout(slow);
      }
    },
  }));
}
