/** A small HTTP server: requests in, answers out. What they mean is its handler's business. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { EXIT, failure, reasonOf } from '../../errors.ts';
import type { HttpAnswer, HttpRequest } from '../../rack/ports.ts';

export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** Takes no more requests, lets those under way end for a while. */
  close(): Promise<void>;
}

const HEADERS_MS = 20_000;
const REQUEST_MS = 10 * 60_000;
const MOST_CONNECTIONS = 512;
const GRACE_MS = 3_000;

/** Throws `cannot-listen` (exit 4). A handler that throws is answered with 500, and told to `onFault`. */
export async function openHttpServer(
  address: string,
  port: number,
  handle: (request: HttpRequest) => Promise<HttpAnswer>,
  onFault: (error: unknown) => void,
): Promise<HttpServer> {
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS }, (incoming, outgoing) => {
    void serve(incoming, outgoing, handle, onFault);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error) =>
      reject(failure('cannot-listen', EXIT.refused, { address, port, reason: reasonOf(error) })),
    );
    server.listen(port, address, resolve);
  });
  const bound = server.address() as AddressInfo;
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

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: HttpRequest) => Promise<HttpAnswer>,
  onFault: (error: unknown) => void,
): Promise<void> {
  const method = incoming.method ?? 'GET';
  const request: HttpRequest = {
    method,
    path: (incoming.url ?? '/').split('?')[0] ?? '/',
    from: incoming.socket.remoteAddress ?? '?',
    stream: incoming,
    header: (name) => [incoming.headers[name]].flat()[0],
    body: async (limitBytes) => await bodyOf(incoming, limitBytes),
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
  if (!incoming.complete) outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...(typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  });
  if (typeof body === 'string') outgoing.end(method === 'HEAD' ? undefined : body);
  // A reader that hangs up in the middle is its own affair.
  else await pipeline(body, outgoing).catch(() => undefined);
}

async function bodyOf(incoming: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
