/**
 * The door of a run: no gap and nothing twice for viewers, whenever they come and however slowly they read; and the run
 * never waits.
 */
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { openRunSocket, type RunSocket } from '../../../src/system/run/run-socket.ts';
import { watchRun } from '../../../src/system/run/run-socket-viewer.ts';
import { Run } from '../../ui/run-events.ts';

let folder = '';
let socket: RunSocket | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xenwright-socket-'));
});
afterEach(async () => {
  await socket?.close();
  socket = null;
  rmSync(folder, { recursive: true, force: true });
});

/** A run that writes its events file and tells its viewers, in this order, as install does. */
async function openRun(onStop: () => void = () => undefined): Promise<Run> {
  const opened = await openRunSocket(folder, onStop);
  socket = opened;
  return new Run((event) => {
    appendFileSync(join(folder, 'events.ndjson'), `${JSON.stringify(event)}\n`);
    opened.publish(event);
  });
}
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
async function until(isTrue: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isTrue();) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
async function watch(): Promise<{
  readonly seen: number[];
  readonly gone: Promise<void>;
  stop(): void;
  readonly isLive: boolean;
}> {
  const seen: number[] = [];
  const gone = Promise.withResolvers<void>();
  const opened = await watchRun(folder, { onEvent: ({ seq }) => seen.push(seq), onGone: gone.resolve });
  await opened.begin();
  return { seen, gone: gone.promise, stop: opened.stop, isLive: opened.isLive };
}

test('a viewer that comes late has everything, in order and once, and hears the end', async () => {
  const run = await openRun();
  run.start(0, ['host']);
  for (let line = 0; line < 500; line++) run.output(1, 'host/disk', `line ${line}`);
  const first = await watch();
  expect(first.seen).toEqual(upTo(501));
  run.output(2, 'host/disk', 'live');
  const second = await watch();
  run.output(2, 'host/disk', 'live too');
  run.end(3, 'done');
  await socket?.close();
  await Promise.all([first.gone, second.gone]);
  expect([first.seen, second.seen]).toEqual([upTo(504), upTo(504)]);
  expect(existsSync(join(folder, 'run.sock'))).toBe(false);
});

test('a viewer that does not read holds up nothing and costs no memory; when it reads again it misses nothing', async () => {
  const run = await openRun();
  run.start(0, ['host']);
  const sleeper = createConnection(join(folder, 'run.sock'));
  const dead = createConnection(join(folder, 'run.sock'));
  await Promise.all(
    [sleeper, dead].map(
      (one) =>
        new Promise<void>((resolve) => {
          one.once('connect', () => resolve());
        }),
    ),
  );
  const awake = await watch();
  const text = 'x'.repeat(1000);
  const begun = performance.now();
  for (let line = 0; line < 20_000; line++) {
    run.output(1, 'host/disk', text);
    if (line % 100 === 0)
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    if (line === 1000) dead.destroy();
  }
  expect(performance.now() - begun).toBeLessThan(10_000);
  await until(() => awake.seen.length === 20_001);
  expect(awake.seen).toEqual(upTo(20_001));
  // Of 20 MB, only what a pipe and our limit hold was kept for the one who slept.
  let waiting = 0;
  sleeper.on('data', (chunk: Buffer) => {
    waiting += chunk.length;
  });
  let before = -1;
  await until(() => {
    const still = before === waiting && waiting > 0;
    before = waiting;
    return still;
  });
  expect(waiting).toBeLessThan(6 * 1024 * 1024);
  sleeper.destroy();
});

test('a viewer that was too slow catches up from the file', async () => {
  const run = await openRun();
  run.start(0, ['host']);
  const viewer = await watch();
  const text = 'y'.repeat(1000);
  // In one go: more than may wait for anybody.
  for (let line = 0; line < 5_000; line++) {
    run.output(1, 'host/disk', text);
    if (line === 2_500)
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
  }
  await until(() => viewer.seen.length === 5_001);
  expect(viewer.seen).toEqual(upTo(5_001));
});

test('events that could not be written into the file are still shown', async () => {
  socket = await openRunSocket(folder, () => undefined);
  const run = new Run((event: RunEvent) => socket?.publish(event));
  const viewer = await watch();
  run.start(0, ['host']);
  run.output(1, 'host/disk', 'the disk is full');
  await until(() => viewer.seen.length === 2);
});

test('only its owner can open it, under a path of any length, over what a killed run has left', async () => {
  folder = join(folder, 'a'.repeat(100), 'b'.repeat(100));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'run.sock'), '');
  const run = await openRun();
  run.start(0, ['host']);
  expect(statSync(join(folder, 'run.sock')).isSocket()).toBe(true);
  expect(statSync(join(folder, 'run.sock')).mode & 0o777).toBe(0o600);
  expect((await watch()).seen).toEqual([1]);
});

test('a viewer may ask for a stop; nonsense is not heard', async () => {
  let stops = 0;
  const run = await openRun(() => {
    stops += 1;
  });
  run.start(0, ['host']);
  const rude = createConnection(join(folder, 'run.sock'));
  rude.write('what?\n{"ask":"dance"}\nnull\n{"ask"');
  const viewer = await watch();
  viewer.stop();
  await until(() => stops === 1);
  rude.destroy();
});

test('where nobody listens, the file is all there is; half a line at its end waits for its rest', async () => {
  const lines: string[] = [];
  const run = new Run((event) => lines.push(`${JSON.stringify(event)}\n`));
  run.start(0, ['host']);
  run.output(1, 'host/disk', 'Grüße, 日本'.repeat(50_000));
  run.output(1, 'host/disk', 'torn');
  writeFileSync(join(folder, 'events.ndjson'), lines.join('').slice(0, -10));
  const viewer = await watch();
  expect([viewer.isLive, viewer.seen]).toEqual([false, [1, 2]]);
});
