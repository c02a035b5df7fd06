/**
 * Servers that answer anything at all: whoever has asked for a profile or a medium, or has sent a report, is told soon
 * and in words, or has what was sent.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { XenwrightError, EXIT } from '../../src/errors.ts';
import { post } from '../../src/system/http/webhook-post.ts';
import { openHttpSource } from '../../src/system/medium/http.ts';
import { readHttp } from '../../src/system/source/http.ts';
import { oneOf, type HostileRun } from './seed.ts';

export interface ServersOutcome {
  readonly asked: number;
  readonly wrong: readonly string[];
}

const PATIENCE_MS = 60_000;
const ANSWER_MS = 2_000;
const QUICK = { openMs: 300, readMs: 300, silenceMs: 300 };

export async function hostileServers(run: HostileRun): Promise<ServersOutcome> {
  const wrong: string[] = [];
  let [asked, answer] = [0, ''];
  let ends = true;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.once('data', () => {
      socket.write(Buffer.from(answer, 'latin1'));
      if (ends) socket.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  do {
    answer = answerOf(run);
    // Who is left without an end waits for 20 s, as it should: too long for this.
    ends = run.random() < 0.8;
    for (const [name, ask] of Object.entries(ends ? { ...ENDING, ...ALWAYS } : ALWAYS)) {
      asked += 1;
      const fault = await faultOf(ask(address));
      if (fault !== null) wrong.push(`${name} of ${JSON.stringify(answer.slice(0, 300))}: ${fault}`);
    }
  } while (Date.now() < run.until);
  for (const socket of sockets) socket.destroy();
  server.close();
  return { asked, wrong };
}

type Ask = (address: string) => Promise<unknown>;
const ENDING: Readonly<Record<string, Ask>> = { profile: async (address) => await readHttp(new URL(address), {}) };
const ALWAYS: Readonly<Record<string, Ask>> = {
  report: async (address) =>
    await post(address, 'POST', { headers: {}, body: 'x', signal: AbortSignal.timeout(ANSWER_MS), pin: null }),
  medium: async (address) => {
    const source = await openHttpSource(address, new AbortController().signal, QUICK);
    await source.read(new Uint8Array(64), 0).finally(async () => await source.close());
  },
};

/** Null when it ended as it should. */
async function faultOf(asking: Promise<unknown>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('it did not end'), PATIENCE_MS);
  });
  const ended = asking.then(
    () => null,
    (error: unknown) =>
      error instanceof XenwrightError && error.exit === EXIT.source ? null : String((error as Error).stack ?? error),
  );
  const fault = await Promise.race([ended, tooLong]);
  clearTimeout(timer);
  return fault;
}

const STATUSES = [
  100, 101, 102, 103, 200, 201, 204, 205, 206, 300, 302, 304, 307, 400, 401, 404, 416, 426, 500, 503, 999,
];
const HEADERS = [
  'content-length: 3',
  'content-length: 64',
  'content-length: -1',
  'content-length: 99999999999999999999',
  'content-length: 3\r\ncontent-length: 4',
  'transfer-encoding: chunked',
  'transfer-encoding: gzip, chunked',
  'content-encoding: gzip',
  'content-range: bytes 5-9/10',
  'content-range: nonsense',
  'location: /x',
  'location: http://[',
  'location: ftp://x/',
  'location: http://127.0.0.1:1/x',
  'retry-after: 99999999999',
  'retry-after: soon',
  'etag: "\u00ff"',
  'last-modified: never',
  'upgrade: websocket\r\nconnection: upgrade',
  'connection: keep-alive',
  `x: ${'y'.repeat(20_000)}`,
  'x y: z',
  ': empty',
];

function answerOf({ random }: HostileRun): string {
  if (random() < 0.05) return Array.from({ length: 500 }, () => String.fromCharCode(random() * 256)).join('');
  const heads = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
    const headers = Array.from({ length: Math.floor(random() * 4) }, () => oneOf(random, HEADERS));
    return [`HTTP/1.${oneOf(random, ['1', '0', '9'])} ${oneOf(random, STATUSES)} Words`, ...headers, '', ''].join(
      '\r\n',
    );
  });
  const body = oneOf(random, [
    '',
    'abc',
    'x'.repeat(64),
    '3\r\nabc\r\n0\r\n\r\n',
    'ffffffffffffffff\r\nx',
    '\u001f\u008b\b',
  ]);
  const whole = `${heads.join('')}${body}`;
  return random() < 0.2 ? whole.slice(0, Math.floor(random() * whole.length)) : whole;
}
