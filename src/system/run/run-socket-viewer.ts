/**
 * Watching a run from another process: what has been, out of its events file; what happens, through its socket; no gap
 * between.
 */
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import type { RunEvent } from '../../engine/events.ts';
import { decoder } from '../../appliance/wire.ts';
import { runEventOf } from '../../report/event-schema.ts';
import { eventsFile } from './events-file.ts';
import { socketPath, type FromViewer, type ToViewer } from './run-socket.ts';

export interface Watch {
  /** Is the run under way? Else its file was read, and that is all. */
  readonly isLive: boolean;
  /** Begins handing on; resolves when what has been so far is handed on. */
  begin(): Promise<void>;
  /** Asks the run to stop; it tells its end like any other. */
  stop(): void;
  close(): void;
}
export interface Listeners {
  onEvent(event: RunEvent): void;
  /** The run's process has closed the door; every event was handed on. */
  onGone(): void;
}

/** Finds the run in a state folder. Once begun, every event is handed on, in order and once. */
export async function watchRun(folder: string, { onEvent, onGone }: Listeners): Promise<Watch> {
  const file = eventsFile(join(folder, 'events.ndjson'));
  let last = 0;
  const take = (event: RunEvent): void => {
    if (event.seq <= last) return;
    last = event.seq;
    onEvent(event);
  };
  const readFile = async (): Promise<void> => await file.readOn(take);
  const socket = await connect(folder);
  if (socket === null) return { isLive: false, begin: readFile, stop: () => undefined, close: () => undefined };
  return watchLive(socket, { take, readFile, lastTaken: () => last }, onGone);
}

/** The events of a run, in order and once, wherever they come from. */
interface Sequence {
  take(event: RunEvent): void;
  /** Takes what the file has by now. */
  readFile(): Promise<void>;
  /** The number of the last event that was taken. */
  lastTaken(): number;
}

function watchLive(socket: Socket, { take, readFile, lastTaken }: Sequence, onGone: () => void): Watch {
  let queue: ToViewer[] = [];
  let isWorking = false;
  let isClosed = false;
  const begun = Promise.withResolvers<void>();

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    try {
      while (queue.length > 0) {
        const messages = queue;
        queue = [];
        for (const message of messages) {
          const isNews = 'seq' in message;
          // What is missing was said before we listened, or while we were too slow: the file has it.
          if ((isNews ? message.seq - 1 : message.reached) > lastTaken()) await readFile();
          if (isNews) take(message);
          else begun.resolve();
        }
      }
      if (!isClosed) return;
      await readFile();
      begun.resolve();
      onGone();
    } finally {
      isWorking = false;
    }
  };
  const receive = decoder<unknown>((message) => {
    const heard = heardIn(message);
    if (heard !== null) queue.push(heard);
  });
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    isClosed = true;
    work().catch(begun.reject);
  });
  return {
    isLive: true,
    begin: async () => {
      socket.on('data', (chunk) => {
        receive(String(chunk));
        work().catch(begun.reject);
      });
      await begun.promise;
    },
    stop: () => {
      socket.write(`${JSON.stringify({ ask: 'stop' } satisfies FromViewer)}\n`);
    },
    close: () => {
      socket.removeAllListeners('close');
      socket.destroy();
    },
  };
}

/** Null for what is neither an event nor a number: who says that is no run of ours. */
function heardIn(message: unknown): ToViewer | null {
  const { reached } = (typeof message === 'object' && message !== null ? message : {}) as {
    readonly reached?: unknown;
  };
  return typeof reached === 'number' ? { reached } : runEventOf(message);
}

/** Null where nobody listens. */
async function connect(folder: string): Promise<Socket | null> {
  const named = await socketPath(folder);
  const socket = createConnection(named.path);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    socket.removeAllListeners('error');
    return socket;
  } catch {
    socket.destroy();
    return null;
  } finally {
    await named.release();
  }
}
