/**
 * The door through which a run is watched: a Unix socket in its state folder, for its owner alone. Viewers get each
 * event as it happens and may ask for a stop. One that reads too slowly is left out until it has caught up (from the
 * events file); the run never waits for any of them.
 */
import { constants } from 'node:fs';
import { chmod, open, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { RunEvent } from '../../engine/events.ts';
import { decoder } from '../../appliance/wire.ts';

const SOCKET_NAME = 'run.sock';
/** What the door says: an event, or how far the run is. */
export type ToViewer = RunEvent | { readonly reached: number };
export interface FromViewer {
  readonly ask: 'stop';
}

export interface RunSocket {
  publish(event: RunEvent): void;
  /** Lets viewers take the rest, but not for long. */
  close(): Promise<void>;
}
interface Seat {
  readonly socket: Socket;
  behind: boolean;
}

/** What may wait for a viewer. */
const LIMIT_BYTES = 1024 * 1024;
const LAST_WORDS_MS = 500;

/** Opens the door in a state folder. A socket that a killed run has left is replaced. */
export async function openRunSocket(folder: string, onStop: () => void): Promise<RunSocket> {
  const seats = new Set<Seat>();
  let reached = 0;
  let pending = '';
  const flush = (): void => {
    const text = pending;
    pending = '';
    for (const seat of seats) {
      if (seat.behind) continue;
      seat.socket.write(text);
      seat.behind = seat.socket.writableLength > LIMIT_BYTES;
    }
  };
  const server = createServer((socket) => {
    const seat: Seat = { socket, behind: false };
    // It reads the file up to here; what is pending is told to it as well, and it knows what it has.
    send({ reached }, seat);
    seats.add(seat);
    socket.setEncoding('utf8');
    const receive = decoder<Partial<FromViewer> | null>((message) => {
      if (message?.ask === 'stop') onStop();
    });
    socket.on('data', (chunk) => receive(String(chunk)));
    socket.on('drain', () => {
      if (!seat.behind) return;
      seat.behind = false;
      send({ reached }, seat);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => seats.delete(seat));
  });
  // A viewer must not keep a run's process alive.
  server.unref();
  await listen(server, folder);
  return {
    publish(event) {
      reached = event.seq;
      if (seats.size === 0) return;
      if (pending === '') setImmediate(flush);
      pending += `${JSON.stringify(event)}\n`;
    },
    async close() {
      flush();
      await shut(server, seats);
      await rm(join(folder, SOCKET_NAME), { force: true });
    },
  };
}

function send(message: ToViewer, seat: Seat): void {
  seat.socket.write(`${JSON.stringify(message)}\n`);
}

/** Ends every viewer's connection; what has not been taken after a moment is lost to it. */
async function shut(server: Server, seats: ReadonlySet<Seat>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  for (const { socket } of seats) socket.end();
  await Promise.race([
    closed,
    new Promise((resolve) => {
      setTimeout(resolve, LAST_WORDS_MS).unref();
    }),
  ]);
  for (const { socket } of seats) socket.destroy();
}

/** Names of sockets are short (108 bytes) and paths of images may be long: the folder is named by its descriptor. */
export async function socketPath(folder: string): Promise<{ readonly path: string; release(): Promise<void> }> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${handle.fd}/${SOCKET_NAME}`, release: () => handle.close() };
}

async function listen(server: Server, folder: string): Promise<void> {
  await rm(join(folder, SOCKET_NAME), { force: true });
  const { path, release } = await socketPath(folder);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      // The socket is made within this call: nobody else can open it even for a moment.
      const before = process.umask(0o177);
      try {
        server.listen(path, () => resolve());
      } finally {
        process.umask(before);
      }
    });
    await chmod(join(folder, SOCKET_NAME), 0o600);
    server.removeAllListeners('error');
    server.on('error', () => undefined);
  } finally {
    await release();
  }
}
