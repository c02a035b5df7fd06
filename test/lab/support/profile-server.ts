/**
 * Web servers on loopback for machines of the lab, which reach them as 10.0.2.2: small files by http or https, and one
 * that is broken at first.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ProfileServer {
  /** As machines reach it: `http://10.0.2.2:8480`. */
  readonly address: string;
  /** Paths, in the order in which they were asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}
type Files = Readonly<Record<string, string>>;

/** Serves texts by their paths; what is not there is 404. `tls`: key and certificate, as PEM. */
export async function serveTexts(
  files: Files,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ProfileServer> {
  const asked: string[] = [];
  const answer: Parameters<typeof createServer>[1] = (request, response) => {
    const text = files[request.url ?? ''];
    asked.push(request.url ?? '');
    response
      .writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' })
      .end(text ?? 'there is no such file');
  };
  return await open(
    tls === undefined ? createServer(answer) : createTlsServer(tls, answer),
    tls === undefined ? 'http' : 'https',
    0,
    { asked },
  );
}

/** Answers 500 at first, then takes a request and never answers it, then serves like any other. */
export async function serveBrokenAtFirst(port: number, files: Files, words: string): Promise<ProfileServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (asked.length === 1) return void response.writeHead(500, { 'content-type': 'text/plain' }).end(words);
    if (asked.length === 2) return;
    const text = files[request.url ?? ''];
    response
      .writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain' })
      .end(text ?? 'there is no such file');
  });
  return await open(server, 'http', port, { asked });
}

/** Begins to listen (`port` 0: a free one); `close` ends what is still connected, too. */
export async function open<More extends object>(
  server: Server,
  scheme: string,
  port: number,
  more: More,
): Promise<More & { readonly address: string; close(): Promise<void> }> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...more,
    address: `${scheme}://10.0.2.2:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
