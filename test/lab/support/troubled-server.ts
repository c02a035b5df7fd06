/**
 * A web server on loopback with one large file, and a bad hour in the middle of it. Machines of the lab reach it as
 * 10.0.2.2.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { open } from './profile-server.ts';

const NEAR_ITS_BEGINNING = 1024 * 1024;

export interface TroubledServer {
  readonly address: string;
  /** From now on there may be trouble. */
  begin(): void;
  /** What was asked for, and what became of it. */
  readonly describeBoot: readonly string[];
  close(): Promise<void>;
}

/**
 * `texts` by their paths, and `file` at its own. Once it has begun, the first answer that goes from its beginning past
 * `breakAtBytes` (a copy; package lists are read from where they lie) breaks off there, or later; the one after it
 * never comes, the third is an error, and for `awaySeconds` every connection is cut; then all is well.
 */
export async function troubledServer(
  texts: Readonly<Record<string, () => string>>,
  path: string,
  file: string,
  breakAtBytes: number,
  awaySeconds: number,
): Promise<TroubledServer> {
  const describeBoot: string[] = [];
  const { size, mtime } = statSync(file);
  let trouble = 0;
  let hasBegun = false;
  let backMs = 0;
  const server = createServer((request, response) => {
    const { url = '', method = '', headers } = request;
    const say = (what: string): void => {
      describeBoot.push(`${method} ${url} ${headers.range ?? ''} ${what}`);
    };
    const text = texts[url];
    if (text !== undefined) return void response.end(text());
    if (url !== path) return void response.writeHead(404).end();
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    const head = { 'content-length': size - from, 'last-modified': mtime.toUTCString(), 'accept-ranges': 'bytes' };
    if (method === 'HEAD') return void response.writeHead(200, head).end();
    if (trouble > 0 && Date.now() < backMs) {
      say('cut off');
      return void response.destroy();
    }
    if (trouble === 1) {
      trouble = 2;
      return void say('never answered');
    }
    if (trouble === 2) {
      [trouble, backMs] = [3, Date.now() + awaySeconds * 1000];
      say('503');
      return void response.writeHead(503).end('the machine room is on fire');
    }
    say('answered');
    response.writeHead(headers.range === undefined ? 200 : 206, {
      ...head,
      ...(headers.range === undefined ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
    });
    let at = from;
    const stream = createReadStream(file, { start: from });
    stream.on('data', (piece) => {
      at += piece.length;
      if (!hasBegun || trouble > 0 || from > NEAR_ITS_BEGINNING || at < breakAtBytes) return;
      trouble = 1;
      say(`broken off at ${at}`);
      response.destroy();
    });
    pipeline(stream, response, () => undefined);
  });
  return await open(server, 'http', 0, {
    describeBoot,
    begin: () => {
      hasBegun = true;
    },
  });
}
