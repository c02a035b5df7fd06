/**
 * A package mirror on loopback that hands on what another mirror has, goes away in the middle of an answer, and comes
 * back.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Mirror {
  readonly address: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Goes away at the first path that this is true for. */
  dieAt(test: (path: string, count: number) => boolean): void;
  readonly isDead: () => boolean;
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** `upstream`: the address it hands on from. Empty: it is a proxy, which is asked for whole addresses (http). */
export async function mirrorOf(upstream: string): Promise<Mirror> {
  const asked: string[] = [];
  let isFatal: (path: string, count: number) => boolean = () => false;
  let dead = false;
  let port = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    try {
      const answer = await fetch(`${upstream}${path}`, { redirect: 'follow' });
      const body = Buffer.from(await answer.arrayBuffer());
      const headers = Object.fromEntries(
        ['content-type', 'last-modified', 'etag'].flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      );
      response.writeHead(answer.status, { ...headers, 'content-length': body.length });
      if (!isFatal(path, asked.length)) return void response.end(body);
      // Half an answer, and nobody there any more.
      dead = true;
      server.close();
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => server.closeAllConnections());
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  const listen = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  await listen();
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    dieAt: (test) => {
      isFatal = test;
    },
    isDead: () => dead,
    revive: async () => {
      dead = false;
      isFatal = () => false;
      await listen();
    },
    close: async () => {
      server.closeAllConnections();
      if (server.listening)
        await new Promise((resolve) => {
          server.close(resolve);
        });
    },
  };
}
