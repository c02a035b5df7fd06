import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { openHttpSource, type HttpPatience } from '../../../src/system/medium/http.ts';
import { ownAuthority, selfSigned, serve, type Served } from '../http/web-server.ts';

const image = randomBytes(1_000_000);
const QUICK: HttpPatience = { openMs: 1000, readMs: 1500, silenceMs: 200 };
let server: Served | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

interface Asked {
  readonly method: string;
  readonly from: number;
  readonly headers: IncomingMessage['headers'];
  /** Which GET this is, from 1. */
  readonly count: number;
}

/** Serves the image; `answer` may do it otherwise, and then says so. Gives what was asked for. */
async function serving(
  answer: (asked: Asked, response: ServerResponse) => boolean = () => false,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  server = await serve((request, response) => {
    const { range } = request.headers;
    const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const one = {
      method: request.method ?? '',
      from,
      headers: request.headers,
      count: asked.filter(({ method }) => method === 'GET').length + 1,
    };
    asked.push(one);
    if (answer(one, response)) return;
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': image.length - from, ...headers });
    response.end(one.method === 'HEAD' ? undefined : image.subarray(from));
  });
  return { url: `${server.url}/x.iso`, asked };
}

/** The whole file in pieces that are no multiple of anything. */
async function readWhole(url: string, patience = QUICK): Promise<Buffer> {
  const source = await openHttpSource(url, new AbortController().signal, patience);
  try {
    const bytes = Buffer.alloc(source.sizeBytes);
    for (let at = 0; at < bytes.length; at += 70_001) await source.read(bytes.subarray(at, at + 70_001), at);
    return bytes;
  } finally {
    await source.close();
  }
}

test('a file is read along in one answer, as it is', async () => {
  const { url, asked } = await serving();
  expect((await readWhole(url)).equals(image)).toBe(true);
  expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  // A packed answer would have another length.
  for (const { headers } of asked) expect(headers['accept-encoding']).toBe('identity');
});

test('reading elsewhere begins there', async () => {
  const { url, asked } = await serving();
  const source = await openHttpSource(url, new AbortController().signal, QUICK);
  const part = Buffer.alloc(1000);
  await source.read(part, 900_000);
  expect(part.equals(image.subarray(900_000, 901_000))).toBe(true);
  await source.read(part, 5);
  expect(part.equals(image.subarray(5, 1005))).toBe(true);
  await source.close();
  expect(asked.map(({ from }) => from)).toEqual([0, 900_000, 5]);
});

test('a server that breaks off, is silent, never answers or has trouble is asked again from where it stopped', async () => {
  const { url, asked } = await serving(({ method, from, count }, response) => {
    if (method === 'HEAD') return false;
    if (count === 1)
      response.writeHead(206).write(image.subarray(from, from + 200_000), () => {
        response.destroy();
      });
    else if (count === 2) response.writeHead(206).write(image.subarray(from, from + 100_000));
    else if (count === 3) return true;
    else if (count === 4) response.writeHead(503).end('a moment');
    else return false;
    return true;
  });
  expect((await readWhole(url, { ...QUICK, readMs: 10_000 })).equals(image)).toBe(true);
  expect(asked.at(-1)?.from).toBeGreaterThan(200_000);
});

test('a server that stays away is waited for, then named with what happened', async () => {
  const { url } = await serving(({ method, from }, response) => {
    if (method === 'HEAD') return false;
    if (from > 0) response.destroy();
    else
      response.writeHead(206).write(image.subarray(0, 300_000), () => {
        response.destroy();
      });
    return true;
  });
  await expect(readWhole(url)).rejects.toMatchObject({
    code: 'medium-unreachable',
    exit: 6,
    message: expect.stringContaining(url),
  });
});

test('what is not there is told at once', async () => {
  const { url, asked } = await serving((_, response) => {
    response.writeHead(404).end();
    return true;
  });
  await expect(readWhole(url)).rejects.toMatchObject({
    code: 'medium-unreachable',
    message: expect.stringContaining('404'),
  });
  expect(asked).toHaveLength(1);
});

test.each([
  ['etag', '"one"', '"two"'],
  ['last-modified', 'Sat, 28 Nov 2026 10:00:00 GMT', 'Sat, 28 Nov 2026 11:00:00 GMT'],
])('a file that is replaced on the way is no medium (%s)', async (name, before, after) => {
  const { url, asked } = await serving(
    ({ method, from, count }, response) => {
      if (method === 'HEAD') return false;
      if (count === 1)
        response.writeHead(206, { [name]: before }).write(image.subarray(from, from + 200_000), () => {
          response.destroy();
        });
      else response.writeHead(200, { [name]: after }).end(image);
      return true;
    },
    { [name]: before },
  );
  await expect(readWhole(url)).rejects.toMatchObject({
    code: 'medium-unreachable',
    message: expect.stringContaining('has been replaced'),
  });
  expect(asked.at(-1)?.headers['if-range']).toBe(before);
});

test('a part without its date is no other file', async () => {
  const { url } = await serving(
    ({ method, from, count }, response) => {
      if (method === 'HEAD') return false;
      if (count === 1)
        response.writeHead(206).write(image.subarray(from, from + 200_000), () => {
          response.destroy();
        });
      else response.writeHead(206).end(image.subarray(from));
      return true;
    },
    { 'last-modified': 'Sat, 28 Nov 2026 10:00:00 GMT' },
  );
  expect((await readWhole(url)).equals(image)).toBe(true);
});

test('who sends on to other mirrors is asked for no mark of the first', async () => {
  const { url, asked } = await serving(undefined, { etag: '"of a mirror"' });
  const front = await serve((_, response) => {
    response.writeHead(302, { location: url }).end();
  });
  expect((await readWhole(`${front.url}/x.iso`)).equals(image)).toBe(true);
  await front.close();
  expect(asked.map(({ headers }) => headers['if-range'])).toEqual([undefined, undefined]);
});

test('a server without ranges serves whoever reads from the beginning, and says what it cannot', async () => {
  const { url } = await serving(({ method }, response) => {
    response.writeHead(200, { 'content-length': image.length }).end(method === 'HEAD' ? undefined : image);
    return true;
  });
  expect((await readWhole(url)).equals(image)).toBe(true);
  const source = await openHttpSource(url, new AbortController().signal, QUICK);
  await expect(source.read(Buffer.alloc(10), 500)).rejects.toMatchObject({
    message: expect.stringContaining('cannot begin in the middle of a file'),
  });
  await source.close();
});

test('stopping ends the waiting', async () => {
  const { url } = await serving(({ method }) => method === 'GET');
  const stop = new AbortController();
  const source = await openHttpSource(url, stop.signal, { ...QUICK, silenceMs: 60_000, readMs: 60_000 });
  const read = source.read(Buffer.alloc(10), 0);
  setTimeout(() => stop.abort(), 100);
  await expect(read).rejects.toThrow(/abort/i);
});

test('a certificate that nobody vouches for is told at once, with what would vouch for the medium', async () => {
  server = await serve((_, response) => {
    response.end();
  }, selfSigned());
  await expect(readWhole(`${server.url}/x.iso`)).rejects.toMatchObject({
    code: 'medium-unreachable',
    message: expect.stringMatching(/certificate/),
    hint: expect.stringContaining('#sha256='),
  });
});

test('a machine room that has its own authority is trusted as far as the system trusts it', async () => {
  const certificate = ownAuthority();
  server = await serve((request, response) => {
    response.writeHead(200, { 'content-length': 4 }).end(request.method === 'HEAD' ? undefined : 'disc');
  }, certificate);
  const script = `import { openHttpSource } from ${JSON.stringify(join(import.meta.dirname, '../../../src/system/medium/http.ts'))};
    const source = await openHttpSource(process.argv[1], new AbortController().signal);
    const bytes = Buffer.alloc(4);
    await source.read(bytes, 0);
    console.log(String(bytes));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, server.url], {
    env: { ...process.env, SSL_CERT_FILE: certificate.file },
  });
  expect(stdout).toBe('disc\n');
});
