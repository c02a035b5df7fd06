/** The door of a run for viewers, as `install` opens it. */
import { english } from '../i18n/english.ts';
import type { RunEvent } from '../engine/events.ts';
import { EXIT, failure, reasonOf } from '../errors.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { openRunSocket, type RunSocket } from '../system/run/run-socket.ts';

/** Null where no socket can be (some filesystems): then only a run that somebody waits to see is refused. */
export async function openViewers(
  folder: string,
  onStop: () => void,
  background: { opened(): void; listening(folder: string): void } | undefined,
  io: CommandIo,
): Promise<RunSocket | null> {
  let socket: RunSocket;
  try {
    socket = await openRunSocket(folder, onStop);
  } catch (error) {
    const reason = reasonOf(error);
    if (background !== undefined) throw failure('no-run-socket', EXIT.refused, { folder, reason });
    io.err(`${english('cli.install.noViewers', { reason })}\n`);
    return null;
  }
  if (background === undefined) return socket;
  background.opened();
  let isTold = false;
  return {
    // At the first event, not before: a run that is refused has nothing to show.
    publish(event: RunEvent) {
      socket.publish(event);
      if (!isTold) background.listening(folder);
      isTold = true;
    },
    close: async () => await socket.close(),
  };
}
