/**
 * A rack of a thousand machines that report to `medium serve`, one in ten of them hostile: it sends too much, too
 * slowly, or what is not so. The honest ones must all be heard, once and in order, and the server must stay small.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signatureOf } from '../../src/report/webhook.ts';
import { freePort } from '../../src/system/http/free-port.ts';
import { oneOf, type HostileRun } from './seed.ts';

const MACHINES = 1000;
const HOSTILE_PART = 0.1;
const AT_ONCE = 50;
/** Between two tricks of one liar: in CI the others have processors to themselves, too. */
const SHORT_PAUSE_MS = 4_000;
const LONG_PAUSE_MS = 100;
/** A webhook goes on for as long as its run; here it is a fault. */
const PATIENCE_MS = 120_000;
/** Within it every word that was taken is shown. */
const SHOWN_MS = 15_000;
const SECRET = 'the secret of this rack';
const FORGED = 'forged';

/** What is to be asked of a run. */
export interface RackOutcome {
  readonly honest: number;
  /** Machines whose last word is not shown. */
  readonly unheard: readonly string[];
  /** Runs whose lines are not kept once and in order. */
  readonly torn: readonly string[];
  readonly longestPostMs: number;
  readonly mostMemoryMiB: number;
  /** Whatever hostile ones have got into the folder in spite of a secret. */
  readonly forged: number;
  readonly hasSecret: boolean;
}

interface Rack {
  readonly run: HostileRun;
  readonly port: number;
  readonly secret: string | null;
  isOver: boolean;
}

/** Again and again until it is time to stop; throws nothing, gives what was seen of each round. */
export async function hostileRack(run: HostileRun): Promise<RackOutcome[]> {
  const outcomes: RackOutcome[] = [];
  do outcomes.push(await oneRack(run, run.random() < 0.5 ? SECRET : null));
  while (Date.now() < run.until);
  return outcomes;
}

async function oneRack(run: HostileRun, secret: string | null): Promise<RackOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'xw-rack-'));
  const secretFile = join(folder, '.secret');
  writeFileSync(secretFile, SECRET, { mode: 0o600 });
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../../src/main.ts'),
      'medium',
      'serve',
      folder,
      '--listen',
      `127.0.0.1:${port}`,
      ...(secret === null ? [] : ['--secret-file', secretFile]),
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  const rack: Rack = { run, port, secret, isOver: false };
  try {
    while ((await ask(rack, 'GET', '/status.json').catch(() => ({ status: 0 }))).status !== 200) await delay(50);
    const hostile = Math.round(MACHINES * HOSTILE_PART);
    const liars = Array.from({ length: hostile }, async (_, number) => await liar(rack, number));
    const seen = await honestMachines(rack, MACHINES - hostile);
    const text = await finalStatus(rack, seen.lines);
    rack.isOver = true;
    const mostMemoryMiB = memoryOf(child);
    await Promise.all(liars);
    return {
      ...judged(folder, text, seen.lines),
      longestPostMs: seen.longestPostMs,
      mostMemoryMiB,
      hasSecret: secret !== null,
    };
  } finally {
    rack.isOver = true;
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

type Lines = ReadonlyMap<string, readonly string[]>;

/** What is shown is drawn from time to time, not at every word: it is asked for until all are in it. */
async function finalStatus(rack: Rack, lines: Lines): Promise<string> {
  const untilMs = Date.now() + SHOWN_MS;
  for (;;) {
    const { text } = await ask(rack, 'GET', '/status.json');
    if (Date.now() > untilMs || unheardIn(text, lines).length === 0) return text;
    await delay(200);
  }
}

function unheardIn(status: string, lines: Lines): string[] {
  const { machines } = JSON.parse(status) as { machines: readonly { run: string; state: string }[] };
  const states = new Map(machines.map(({ run, state }) => [run, state]));
  return [...lines.keys()].filter((run) => states.get(run) !== 'installed');
}

async function honestMachines(rack: Rack, count: number): Promise<{ lines: Lines; longestPostMs: number }> {
  const lines = new Map<string, readonly string[]>();
  let [longestPostMs, next] = [0, 0];
  const work = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      const run = `machine${number}`;
      const all = linesOf(run);
      lines.set(run, all);
      for (let from = 0; from < all.length; from += 5) {
        const sinceMs = Date.now();
        await postUntilTaken(rack, `${all.slice(from, from + 5).join('\n')}\n`, addressOf(10, number));
        longestPostMs = Math.max(longestPostMs, Date.now() - sinceMs);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { lines, longestPostMs };
}

/** As a webhook does: until it is taken. Throws what was answered last when that takes too long. */
async function postUntilTaken(rack: Rack, body: string, from: string): Promise<void> {
  const headers = rack.secret === null ? {} : { 'x-xenwright-signature': signatureOf(body, rack.secret) };
  const untilMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask(rack, 'POST', '/report', { body, from, headers }).catch((error: Error) => ({
      status: 0,
      text: error.message,
    }));
    if (answer.status === 204) return;
    if (Date.now() > untilMs) throw new Error(`${from} is not heard: ${answer.status} ${answer.text}`);
    await delay(50);
  }
}

function linesOf(run: string): string[] {
  const event = (seq: number, body: object): string =>
    JSON.stringify({ seq, time: new Date(Date.now() + seq).toISOString(), run, ...body });
  const id = 'dom0/root';
  return [
    event(1, {
      type: 'run.started',
      planHash: 'p',
      hostname: run,
      actions: [{ id, kind: 'base.write', domain: 'dom0', title: 'Write the root', weight: 9 }],
    }),
    event(2, { type: 'action.started', id }),
    ...[3, 4, 5, 6].map((seq) => event(seq, { type: 'action.progress', id, done: seq, total: 9, unit: 'MiB' })),
    event(7, { type: 'action.finished', id, result: 'done', seconds: 2 }),
    event(8, { type: 'run.finished', result: 'done', exit: 0, seconds: 2 }),
    event(9, { type: 'news', of: 'the end' }),
  ];
}

function judged(
  folder: string,
  status: string,
  lines: Lines,
): Pick<RackOutcome, 'honest' | 'unheard' | 'torn' | 'forged'> {
  const kept = (run: string): string[] => readFileSync(join(folder, 'reports', `${run}.ndjson`), 'utf8').split('\n');
  const forgedFiles = [...readdirSync(join(folder, 'reports')), ...readdirSync(join(folder, 'bundles'))].filter(
    (name) => name.includes(FORGED),
  );
  let forged = forgedFiles.length;
  const torn = [...lines].filter(([run, own]) => {
    const all = kept(run);
    forged += all.filter((line) => line.includes(FORGED)).length;
    return all.filter((line) => line !== '' && !line.includes(FORGED)).join('\n') !== own.join('\n');
  });
  return { honest: lines.size, unheard: unheardIn(status, lines), torn: torn.map(([run]) => run), forged };
}

/** The most that it has had, as the kernel says. */
function memoryOf({ pid = 0 }: ChildProcess): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** Of 127/8, one a machine. */
function addressOf(block: number, number: number): string {
  return `127.${block}.${Math.floor(number / 250)}.${(number % 250) + 1}`;
}

interface Asking {
  readonly body?: string | Buffer;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
async function ask(
  { port }: Rack,
  method: string,
  path: string,
  { body = '', from = '127.0.0.1', headers = {} }: Asking = {},
): Promise<{ status: number; text: string }> {
  const sent = request({ host: '127.0.0.1', port, localAddress: from, method, path, headers, agent: false });
  sent.setTimeout(60_000, () => sent.destroy(new Error('no answer')));
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  sent.end(body);
  const [response] = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

/** One hostile machine, until it is over. */
async function liar(rack: Rack, number: number): Promise<void> {
  const from = addressOf(20, number);
  while (!rack.isOver) {
    await delay(rack.run.random() * (rack.run.isLong ? LONG_PAUSE_MS : SHORT_PAUSE_MS));
    await oneOf(rack.run.random, TRICKS)(rack, from).catch(() => undefined);
  }
}

type Trick = (rack: Rack, from: string) => Promise<void>;
const forge = (rack: Rack, body: object): string =>
  JSON.stringify({
    seq: oneOf(rack.run.random, [1, 2, 5, 8, 9, 1000, Number.MAX_SAFE_INTEGER]),
    time: oneOf(rack.run.random, ['9999-12-31T23:59:59Z', '1970-01-01T00:00:00Z', new Date().toISOString()]),
    run: `machine${Math.floor(rack.run.random() * MACHINES)}`,
    more: FORGED,
    ...body,
  });

/** A connection that says `text` and then what `more` says, for as long as it likes. */
async function raw(rack: Rack, from: string, text: string, more?: () => string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: rack.port, localAddress: from });
  socket.on('error', () => undefined);
  let isClosed = false;
  socket.once('close', () => {
    isClosed = true;
  });
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  socket.write(text);
  for (let round = 0; round < 20 && !isClosed && !rack.isOver; round++) {
    if (more !== undefined) socket.write(more());
    await delay(100);
  }
  socket.destroy();
}

const TRICKS: readonly Trick[] = [
  async function idleUploads(rack, from) {
    const head = `POST /report HTTP/1.1\r\nhost: x\r\ncontent-length: 4000000\r\nx-xenwright-signature: sha256=${'0'.repeat(64)}\r\n\r\n`;
    await Promise.all(Array.from({ length: 20 }, async () => await raw(rack, from, head)));
  },
  async function trickles(rack, from) {
    await raw(
      rack,
      from,
      'PUT /bundles/forged.tar.gz HTTP/1.1\r\nhost: x\r\ncontent-length: 60000000\r\n\r\n',
      () => 'x',
    );
  },
  async function floods(rack, from) {
    const body = Buffer.alloc(7_000_000, `${forge(rack, { type: 'news' })}\n`);
    await ask(rack, 'POST', '/report', {
      body,
      from,
      headers: { 'x-xenwright-signature': `sha256=${'0'.repeat(64)}` },
    });
  },
  async function lies(rack, from) {
    const body = Array.from({ length: 20 }, () => forge(rack, { type: 'news' }));
    for (const line of body) await ask(rack, 'POST', '/report', { body: line, from });
  },
  async function claims(rack, from) {
    const run = `machine${Math.floor(rack.run.random() * MACHINES)}`;
    const body = Array.from({ length: 2000 }, (_, seq) => forge(rack, { run, seq: seq + 1, type: 'news' })).join('\n');
    await ask(rack, 'POST', '/report', { body, from });
  },
  async function inventsRuns(rack, from) {
    for (let count = 0; count < 20; count++)
      await ask(rack, 'POST', '/report', {
        from,
        body: forge(rack, { run: `${FORGED}${rack.run.random()}`, type: 'news' }),
      });
  },
  async function plansTooMuch(rack, from) {
    const action = { id: 'x', kind: 'k', domain: 'd', title: 't'.repeat(500), weight: 1, needs: ['x', 'y'] };
    const actions = Array.from({ length: 8000 }, (_, index) => ({ ...action, id: `${index}` }));
    const body = forge(rack, {
      run: `${FORGED}${rack.run.random()}`,
      type: 'run.started',
      planHash: 'p',
      hostname: 'h',
      actions,
    });
    await ask(rack, 'POST', '/report', { from, body });
  },
  async function sendsBundles(rack, from) {
    await ask(rack, 'PUT', `/bundles/${FORGED}.tar.gz`, { from, body: Buffer.alloc(3_000_000) });
  },
  async function readsSlowly(rack, from) {
    const socket = connect({ host: '127.0.0.1', port: rack.port, localAddress: from });
    socket.on('error', () => undefined).pause();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50));
    await delay(2000 * rack.run.random());
    socket.destroy();
  },
  async function talksNonsense(rack, from) {
    const bytes = Array.from({ length: 3000 }, () => String.fromCharCode(rack.run.random() * 256)).join('');
    await raw(rack, from, bytes);
  },
];
