/** The small server under load and lies: what it bounds, and that it answers everybody else meanwhile. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openHttpServer, type HttpServer, type ServerLimits } from '../../../src/system/http/server.ts';

const open: { server: HttpServer; sockets: Socket[] }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await server.close();
  }
});

const KIB = 1024;
interface Client {
  readonly socket: Socket;
  /** Everything that was answered so far. */
  said(): string;
}
async function start(limits: Partial<ServerLimits> = {}): Promise<(from: string, text: string) => Promise<Client>> {
  const server = await openHttpServer(
    '0.0.0.0',
    0,
    {
      handle: async (request) => {
        if (request.path === '/page') return { status: 200, body: 'x'.repeat(4 * 1024 * KIB) };
        const body = await request.body(1024 * KIB);
        return Buffer.isBuffer(body) ? { status: 200, body: `${body.length} bytes` } : { status: 503, body };
      },
      onFault: (error) => {
        throw error;
      },
    },
    limits,
  );
  const sockets: Socket[] = [];
  open.push({ server, sockets });
  return async (from, text) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: from });
    sockets.push(socket);
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(text);
    return { socket, said: () => said };
  };
}
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 2500; tries++) await delay(4);
  expect(isSo()).toBe(true);
}
const LIAR = '127.0.1.1';
const HONEST = '127.0.0.2';
const upload = (sizeBytes: number): string => `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${sizeBytes}\r\n\r\n`;
const whole = `${upload(3)}abc`;

test('uploads that say nothing are told to go where there is no more room, and a newcomer is heard at once', async () => {
  const client = await start({ connections: 8 });
  const liars: Client[] = [];
  for (let count = 0; count < 20; count++) liars.push(await client(LIAR, upload(900)));
  const honest = await client(HONEST, whole);
  await until(() => honest.said().endsWith('3 bytes'));
  await until(() => liars.filter(({ said }) => said().includes(' 503 ')).length >= 12);
  expect(liars[0]?.said()).toContain('too many connections');
});

test('a body that stands still is answered with words', async () => {
  const client = await start({ silenceMs: 100 });
  const slow = await client(LIAR, `${upload(900)}abc`);
  await until(() => slow.said().endsWith('silent'));
});

test('where all bodies are too much, the largest of whoever sends most is given up, and small ones of others come through', async () => {
  const client = await start({ bodyBytes: 2000 * KIB });
  const liars: Client[] = [];
  for (let count = 0; count < 6; count++) liars.push(await client(LIAR, upload(800 * KIB) + 'x'.repeat(700 * KIB)));
  await until(() => liars.some(({ said }) => said().endsWith('busy')));
  const honest = await client(HONEST, whole);
  await until(() => honest.said().endsWith('3 bytes'));
});

test('who hangs up leaves nothing behind: what it has sent no longer counts', async () => {
  const client = await start({ bodyBytes: 1500 * KIB });
  for (let count = 0; count < 12; count++) {
    const liar = await client(LIAR, upload(900 * KIB) + 'x'.repeat((count % 2 === 0 ? 900 : 500) * KIB));
    await delay(30);
    liar.socket.resetAndDestroy();
  }
  let said = '';
  for (let tries = 0; tries < 20 && !said.endsWith(' bytes'); tries++) {
    await delay(100);
    const honest = await client(HONEST, upload(1000 * KIB) + 'x'.repeat(1000 * KIB));
    await until(() => honest.said() !== '' || honest.socket.destroyed);
    said = honest.said();
  }
  expect(said).toMatch(/ bytes$/);
});

test('what is announced to be too large is not read, and answered all the same', async () => {
  const client = await start();
  const large = await client(LIAR, `${upload(2048 * KIB)}x`);
  await until(() => large.said().includes('too-large'));
  const chunked = await client(
    LIAR,
    `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${`10000\r\n${'x'.repeat(65_536)}\r\n`.repeat(20)}`,
  );
  await until(() => chunked.said().includes('too-large'));
});

test('a body is only asked for when it is wanted', async () => {
  const client = await start();
  const head = (sizeBytes: number): string => upload(sizeBytes).replace('\r\n\r\n', '\r\nexpect: 100-continue\r\n\r\n');
  const wanted = await client(HONEST, head(3));
  await until(() => wanted.said().includes('100 Continue'));
  wanted.socket.write('abc');
  await until(() => wanted.said().endsWith('3 bytes'));
  const unwanted = await client(HONEST, head(2048 * KIB));
  await until(() => unwanted.said().includes('too-large'));
  expect(unwanted.said()).not.toContain('100 Continue');
});

test('long answers that nobody takes are bounded together', async () => {
  const client = await start({ bodyBytes: 10 * 1024 * KIB });
  const readers: Client[] = [];
  for (let count = 0; count < 8; count++) {
    const reader = await client(LIAR, 'GET /page HTTP/1.1\r\nhost: x\r\n\r\n');
    reader.socket.pause();
    readers.push(reader);
  }
  const honest = await client(HONEST, whole);
  await until(() => honest.said().endsWith('3 bytes'));
  for (const { socket } of readers) socket.resume();
  await until(() => readers.filter(({ socket }) => socket.destroyed || socket.readableEnded).length >= 5);
});

test('a connection may ask many times, and nothing of it piles up', async () => {
  const client = await start();
  const warnings: string[] = [];
  const warn = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', warn);
  const one = await client(HONEST, '');
  for (let count = 1; count <= 40; count++) {
    one.socket.write(whole);
    await until(() => one.said().split('3 bytes').length === count + 1);
  }
  process.off('warning', warn);
  expect(warnings).toEqual([]);
});

test('requests of one connection are answered in their order, and too many at once end it', async () => {
  const client = await start();
  const two = await client(HONEST, whole + `${upload(1)}a`);
  await until(() => two.said().endsWith('1 bytes'));
  expect(two.said().indexOf('3 bytes')).toBeLessThan(two.said().indexOf('1 bytes'));
  const flood = await client(LIAR, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(5000));
  await until(() => flood.socket.destroyed);
  const honest = await client(HONEST, whole);
  await until(() => honest.said().endsWith('3 bytes'));
});

test('what is no HTTP is answered with words', async () => {
  const client = await start();
  const nonsense = await client(LIAR, 'nonsense\r\n\r\n');
  await until(() => nonsense.said().endsWith('not a request\n'));
  const headers = await client(LIAR, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
  await until(() => headers.said().includes(' 431 '));
});
