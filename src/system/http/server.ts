/** A small HTTP server: requests in, answers out. What they mean is its handler's business. */
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { EXIT, failure, reasonOf } from '../../errors.ts';
import type { HttpAnswer, HttpRequest } from '../../rack/ports.ts';
import { Bodies } from './bodies.ts';
import { boundConnections } from './connections.ts';

export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** Takes no more requests, lets those under way end for a while. */
  close(): Promise<void>;
}
/** Whoever handles requests; what it throws is answered with 500, and told to `onFault`. */
export interface Handler {
  handle(request: HttpRequest): Promise<HttpAnswer>;
  onFault(error: unknown): void;
}
export interface ServerLimits {
  readonly connections: number;
  /** Of all bodies in memory. */
  readonly bodyBytes: number;
  /** How long nothing may come of a body. */
  readonly silenceMs: number;
}

const LIMITS: ServerLimits = { connections: 1024, bodyBytes: 96 * 1024 * 1024, silenceMs: 20_000 };
const HEADERS_MS = 20_000;
const HEADERS_BYTES = 16 * 1024;
const REQUEST_MS = 10 * 60_000;
const CHECK_MS = 5_000;
/** Neither side has sent anything: whoever has asked for a file takes no more of it. */
const STILL_MS = 120_000;
const GRACE_MS = 3_000;
/** Requests of one connection that wait for an earlier one. */
const MOST_AHEAD = 100;
const LONG_ANSWER = 64 * 1024;
/** What is still on its way of a body that is not wanted: hung up on before it is read, the answer would be lost. */
const DRAIN_MS = 2_000;
const DRAIN_BYTES = 16 * 1024 * 1024;

/** Throws `cannot-listen` (exit 4). */
export async function openHttpServer(
  address: string,
  port: number,
  handler: Handler,
  limits: Partial<ServerLimits> = {},
): Promise<HttpServer> {
  const { connections, bodyBytes, silenceMs } = { ...LIMITS, ...limits };
  const bodies = new Bodies(bodyBytes, silenceMs);
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
    maxHeaderSize: HEADERS_BYTES,
  });
  boundConnections(server, connections);
  server.on(
    'request',
    oneByOne(async (incoming, outgoing) => {
      await serve(incoming, outgoing, bodies, handler).finally(() => bodies.release(incoming));
    }),
  );
  // Whoever asks first whether a body is wanted is told so when it is read, and not before.
  server.on('checkContinue', (incoming, outgoing) => {
    server.emit('request', incoming, outgoing);
  });
  server.on('clientError', sayWhatIsWrong);
  server.setTimeout(STILL_MS, (socket: Socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) =>
      reject(failure('cannot-listen', EXIT.refused, { address, port, reason: reasonOf(error) })),
    );
    server.listen(port, address, resolve);
  });
  const bound = server.address() as AddressInfo;
  // Too many open files: those that are closed in a while make room.
  server.on('error', (error) => handler.onFault(error));
  return {
    address: bound.address,
    port: bound.port,
    async close() {
      const closed = new Promise((resolve) => {
        server.close(resolve);
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}

type Take = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

/** Of one connection one after the other: who asks for a thousand files at once has them opened one by one. */
function oneByOne(take: Take): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const waiting = new WeakMap<Socket, { turn: Promise<void>; count: number }>();
  return (incoming, outgoing) => {
    const { socket } = incoming;
    const before = waiting.get(socket) ?? { turn: Promise.resolve(), count: 0 };
    if (before.count >= MOST_AHEAD) {
      socket.destroy();
      return;
    }
    waiting.set(socket, before);
    before.count += 1;
    for (const stream of [incoming, outgoing]) stream.on('error', () => undefined);
    before.turn = before.turn
      .then(async () => {
        if (!socket.destroyed) await take(incoming, outgoing);
      })
      .catch(() => {
        socket.destroy();
      })
      .finally(() => {
        before.count -= 1;
      });
  };
}

/** What is no HTTP, or did not come in time. */
function sayWhatIsWrong({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const words = `${{ 400: 'not a request', 408: 'the request did not come in time', 431: 'too many headers' }[status]}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: text/plain\r\ncontent-length: ${words.length}\r\nconnection: close\r\n\r\n${words}`,
    () => socket.destroy(),
  );
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  bodies: Bodies,
  { handle, onFault }: Handler,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const request: HttpRequest = {
    method,
    path: (incoming.url ?? '/').split('?')[0] ?? '/',
    from: incoming.socket.remoteAddress ?? '?',
    header: (name) => [incoming.headers[name]].flat()[0],
    body: async (limitBytes) =>
      await bodies.read(incoming, limitBytes, () => {
        if (/^100-continue$/i.test(incoming.headers.expect ?? '')) outgoing.writeContinue();
      }),
  };
  let answer: HttpAnswer;
  try {
    answer = await handle(request);
  } catch (error) {
    onFault(error);
    answer = { status: 500, body: 'something went wrong here; the server says what\n' };
  }
  const { status, headers = {}, body = '' } = answer;
  // What was not read to its end would be taken for the next request.
  const isRead = incoming.complete;
  if (!isRead) outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...(typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  });
  if (typeof body !== 'string') {
    // A reader that hangs up in the middle is its own affair.
    await pipeline(body, outgoing).catch(() => undefined);
    return;
  }
  if (method === 'HEAD' || status === 204) outgoing.flushHeaders();
  else outgoing.write(body);
  if (!isRead) await drained(incoming);
  if (body.length > LONG_ANSWER) bodies.answering(incoming, Buffer.byteLength(body), () => incoming.socket.destroy());
  await ended(outgoing, incoming.socket);
}

/** Until it is sent. Who has hung up is told nothing, and no end of the answer would ever come. */
async function ended(outgoing: ServerResponse, socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  if (socket.destroyed) resolve();
  socket.once('close', end);
  outgoing.end(end);
  await promise;
  socket.off('close', end);
}

/** Until the rest of a body has come, or for a while. */
async function drained(incoming: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    let size = 0;
    const timer = setTimeout(resolve, DRAIN_MS).unref();
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > DRAIN_BYTES) resolve();
    });
    for (const end of ['end', 'close', 'error']) incoming.once(end, () => resolve());
    incoming.once('close', () => clearTimeout(timer));
    incoming.resume();
  });
}
