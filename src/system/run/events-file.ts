/** Reads on in the events file of a run: whole lines only, from where the last reading ended. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { RunEvent } from '../../engine/events.ts';
import { runEventIn } from '../../report/event-schema.ts';

const CHUNK = 256 * 1024;
const NEWLINE = 10;

export interface EventsFile {
  /** Hands on what was added since. Does nothing while there is no file yet. */
  readOn(onEvent: (event: RunEvent) => void): Promise<void>;
}

export function eventsFile(path: string): EventsFile {
  let offset = 0;
  return {
    async readOn(onEvent) {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return null;
          throw error;
        },
      );
      if (file === null) return;
      try {
        let buffer = Buffer.allocUnsafe(CHUNK);
        for (;;) {
          const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
          const end = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1;
          for (const line of buffer.toString('utf8', 0, end).split('\n')) {
            // After a power cut a line may be zeroes.
            const event = line === '' ? null : runEventIn(line);
            if (event !== null) onEvent(event);
          }
          offset += end;
          if (bytesRead < buffer.length) return;
          if (end === 0) buffer = Buffer.allocUnsafe(buffer.length * 2);
        }
      } finally {
        await file.close();
      }
    },
  };
}
