import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/engine/events.ts';
import { openWebhook, type Timing, type Webhook } from '../../../src/system/http/webhook.ts';
import { openReceiver, type Receiver } from '../../report-receiver.ts';

let folder = '';
let receiver: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xw-webhook-'));
  receiver = await openReceiver();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await receiver.close();
});

const timing: Timing = { lingerMs: 5, answerMs: 200, retryMs: () => 20 };
const SECRET = 'a secret of the test';
const open = (more: { url?: string; earlierSeq?: number } = {}): Webhook =>
  openWebhook({ url: receiver.url, secret: SECRET, hostname: 'xen1.example.org', folder, timing, ...more });
const range = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** As the engine does it: into the file first. */
function emit(webhook: Webhook | null, seq: number, text = 'x', run = 'r1'): void {
  const event: RunEvent = {
    seq,
    time: '2026-11-25T12:00:00.000Z',
    run,
    type: 'action.output',
    id: 'a',
    stream: 'stdout',
    text,
  };
  appendFileSync(join(folder, 'events.ndjson'), `${JSON.stringify(event)}\n`);
  webhook?.publish(event);
}
const soon = async (ms: number): Promise<void> => {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
};

test('every event arrives once and in order, signed over the very bytes of the body', async () => {
  const webhook = open();
  for (const seq of range(50)) emit(webhook, seq, 'ü€');
  expect(await webhook.close(5_000)).toMatchObject({ deliveredSeq: 50, lastSeq: 50, reason: null });
  expect(receiver.seqs).toEqual(range(50));
  for (const { headers, body } of receiver.requests) {
    expect(headers['x-xenwright-signature']).toBe(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
    expect(headers).toMatchObject({
      'x-xenwright-run': 'r1',
      'x-xenwright-host': 'xen1.example.org',
      'x-xenwright-first-seq': String((JSON.parse(body.split('\n')[0] ?? '') as RunEvent).seq),
    });
  }
  expect(JSON.stringify(receiver.requests)).not.toContain(SECRET);
});

test('a receiver that is broken, silent or cuts the line gets everything once it is well again', async () => {
  let seq = 0;
  const webhook = open();
  for (const how of [503, 'hang', 401, 'cut', 302] as const) {
    receiver.behave(how);
    const before = receiver.seqs.length;
    for (let n = 0; n < 10; n++) emit(webhook, ++seq);
    await soon(how === 'hang' ? 300 : 80);
    if (how !== 'cut') expect(receiver.seqs).toHaveLength(before);
  }
  receiver.behave(200);
  expect(await webhook.close(5_000)).toMatchObject({ reason: null });
  expect(receiver.seqs).toEqual(range(50));
});

test('an event is handed over at once, however long the receiver takes', async () => {
  receiver.behave('hang');
  const webhook = open();
  const begun = performance.now();
  for (const number of range(2_000)) emit(webhook, number);
  expect(performance.now() - begun).toBeLessThan(2_000);
  const delivery = await webhook.close(100);
  expect(delivery).toMatchObject({ deliveredSeq: 0, lastSeq: 2_000 });
  expect(delivery.reason).not.toBeNull();
});

test('who cannot be reached is named with the reason, and never waited for longer than said', async () => {
  const { url } = receiver;
  await receiver.close();
  const webhook = open({ url: url.replace('//', '//somebody:pa55word@') });
  emit(webhook, 1);
  const begun = performance.now();
  const delivery = await webhook.close(300);
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(delivery).toMatchObject({
    where: url.replace('/report', ''),
    reason: expect.stringContaining('ECONNREFUSED'),
  });
  receiver = await openReceiver();
});

test('a resumed run goes on where the receiver was; what its predecessor left is sent even when nothing more happens', async () => {
  const first = open();
  for (const number of range(20)) emit(first, number);
  await first.close(5_000);
  receiver.behave(500);
  const second = open({ earlierSeq: 20 });
  for (const number of [21, 22]) emit(second, number);
  await second.close(60);
  receiver.behave(200);
  const sent = receiver.requests.length;
  expect(await open({ earlierSeq: 22 }).close(5_000)).toMatchObject({ deliveredSeq: 22, reason: null });
  // A request of the second may still have been on its way when the receiver got well.
  expect(new Set(receiver.requests.slice(sent).map(({ headers }) => headers['x-xenwright-first-seq']))).toEqual(
    new Set(['21']),
  );
  expect(receiver.seqs).toEqual(range(22));
});

test('what was delivered before a power cut and is not in the file any more keeps nothing back that comes after it', async () => {
  const first = open();
  for (const number of range(20)) emit(first, number);
  await first.close(5_000);
  // The cut took the last ten from the disk, and not the word of how far the receiver is.
  writeFileSync(
    join(folder, 'events.ndjson'),
    readFileSync(join(folder, 'events.ndjson'), 'utf8')
      .split('\n')
      .slice(0, 10)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const second = open({ earlierSeq: 10 });
  for (const number of [11, 12, 13]) emit(second, number, 'after');
  expect(await second.close(5_000)).toMatchObject({ deliveredSeq: 13, reason: null });
  expect(
    receiver.requests.flatMap(({ body }) => body.trim().split('\n')).filter((line) => line.includes('after')),
  ).toHaveLength(3);
});

test('events of another run in the same folder are not mixed in', async () => {
  const first = open();
  emit(first, 1, 'x', 'old');
  await first.close(5_000);
  const second = open({ earlierSeq: 1 });
  emit(second, 1, 'x', 'new');
  emit(second, 2, 'x', 'new');
  expect(await second.close(5_000)).toMatchObject({ deliveredSeq: 2, reason: null });
  expect(
    receiver.requests.flatMap(({ body }) =>
      body
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as RunEvent).run),
    ),
  ).toEqual(['old', 'new', 'new']);
});

test('lines far longer than a batch, and what a power cut left of one, stop nothing', async () => {
  const webhook = open();
  emit(webhook, 1, 'y'.repeat(1_500_000));
  appendFileSync(join(folder, 'events.ndjson'), '\0\0\0{"seq":\n');
  for (const number of [2, 3]) emit(webhook, number);
  expect(await webhook.close(5_000)).toMatchObject({ reason: null });
  expect(receiver.seqs).toEqual([1, 2, 3]);
});

test('killed in the middle and begun again: no gap and no duplicate at the receiver', async () => {
  for (const killAfterMs of [400, 700, 1_000]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'webhook-run.ts'), folder, receiver.url, '100'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await soon(killAfterMs);
    child.kill('SIGKILL');
    await new Promise((resolve) => {
      child.once('exit', resolve);
    });
  }
  const last = existsSync(join(folder, 'events.ndjson'))
    ? readFileSync(join(folder, 'events.ndjson'), 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}')).length
    : 0;
  const end = open({ earlierSeq: last });
  emit(end, last + 1);
  expect(await end.close(5_000)).toMatchObject({ reason: null });
  expect(receiver.seqs).toEqual(range(last + 1));
}, 30_000);
