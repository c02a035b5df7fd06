/** Whatever a server makes of HTTP: whoever has asked it is told soon, in words, and never waits for ever. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openHttpSource } from '../../../src/system/medium/http.ts';
import { post } from '../../../src/system/http/webhook-post.ts';
import { readHttp } from '../../../src/system/source/http.ts';

const running: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of running.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** Its address; every request is answered with these bytes. `stays`: the connection is left open then. */
async function saying(answer: string, stays = true, again?: string): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(answer);
      if (!stays) socket.end();
      if (again === undefined) return;
      const timer = setInterval(() => socket.write(again), 1);
      socket.once('close', () => clearInterval(timer));
    });
  });
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
}

const HEAD = 'content-type: text/plain\r\n';
/** What is answered, and what each of those who ask makes of it. */
const ODD: readonly (readonly [string, string, { stays?: boolean; again?: string }])[] = [
  [
    '101 without being asked for another protocol',
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n`,
    {},
  ],
  ['101 and no upgrade', `HTTP/1.1 101 Switching\r\n\r\n`, { stays: false }],
  ['nothing but a hang-up', '', { stays: false }],
  ['what is no HTTP', 'SSH-2.0-OpenSSH_10\r\n', { stays: false }],
  ['half a header', 'HTTP/1.1 200 OK\r\nconte', { stays: false }],
  ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`, { again: 'y'.repeat(10_000) }],
  ['half of the body that it announces', `HTTP/1.1 200 OK\r\n${HEAD}content-length: 100\r\n\r\nhalf`, { stays: false }],
  [
    'a body that breaks off in a piece',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nx`,
    { stays: false },
  ],
  ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n', { stays: false }],
  ['a redirect to itself', 'HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n', { stays: false }],
  ['a redirect to nowhere', 'HTTP/1.1 302 Found\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n', { stays: false }],
  ['a status that nobody knows', 'HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n', { stays: false }],
];

describe.each(ODD)('a server that answers %s', (_, answer, { stays = true, again }) => {
  test('is an error of the source', async () => {
    const url = new URL(await saying(answer, stays, again));
    await expect(readHttp(url, {})).rejects.toMatchObject({ code: 'source-unreachable', exit: 6 });
  });
  test('has taken no report, unless it says so and only breaks off then', async () => {
    const answered = await post(await saying(answer, stays, again), 'POST', {
      headers: {},
      body: 'x',
      signal: AbortSignal.timeout(10_000),
      pin: null,
    });
    expect(answered.isTaken).toBe(false);
    expect(answered.reason).toMatch(/\w/);
  });
  test('is an error of the medium', async () => {
    const opening = openHttpSource(await saying(answer, stays, again), new AbortController().signal, {
      openMs: 300,
      readMs: 300,
      silenceMs: 300,
    }).then(async (source) => {
      try {
        await source.read(new Uint8Array(50), 0);
      } finally {
        await source.close();
      }
    });
    await expect(opening).rejects.toMatchObject({ code: 'medium-unreachable', exit: 6 });
  });
});

test('a body without end is given up', async () => {
  const url = new URL(await saying('HTTP/1.1 200 OK\r\n\r\n', true, 'x'.repeat(1_000_000)));
  await expect(readHttp(url, {})).rejects.toMatchObject({ code: 'source-unreachable' });
});

test('hints without end (103) are an error within the time that every request has', async () => {
  const url = await saying('HTTP/1.1 103 Early Hints\r\n\r\n', true, 'HTTP/1.1 103 Early Hints\r\n\r\n');
  const answered = await post(url, 'POST', { headers: {}, body: 'x', signal: AbortSignal.timeout(500), pin: null });
  expect(answered).toMatchObject({ isTaken: false, reason: 'the server did not answer in time' });
});

test('percent signs that encode nothing are taken as they are written, in names and passwords too', async () => {
  const url = new URL(await saying('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', false));
  url.username = '%zz';
  url.password = '100%';
  expect(await readHttp(url, {})).toBe('ok');
});

test.each([
  ['from another byte on', 'HTTP/1.1 206 Part\r\ncontent-range: bytes 7-99/100\r\ncontent-length: 100\r\n\r\n'],
  ['packed', 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 100\r\n\r\n'],
])('a medium that is sent %s is refused', async (_, answer) => {
  const opening = openHttpSource(await saying(answer), new AbortController().signal, {
    openMs: 300,
    readMs: 300,
    silenceMs: 300,
  }).then(async (source) => await source.read(new Uint8Array(50), 0).finally(async () => await source.close()));
  await expect(opening).rejects.toMatchObject({ code: 'medium-unreachable', exit: 6 });
});
