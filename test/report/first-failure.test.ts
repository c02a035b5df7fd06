import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { failedAction } from '../../src/install/failed-action.ts';
import type { EventBody, EventError, RunEvent } from '../../src/engine/events.ts';
import { FirstFailure } from '../../src/report/first-failure.ts';

const started: EventBody = {
  type: 'run.started',
  planHash: 'p',
  hostname: 'h',
  resumed: false,
  actions: ['a', 'b', 'c'].map((id) => ({
    id,
    kind: 'x',
    domain: `domain-${id}`,
    title: `Do ${id}`,
    weight: 1,
    needs: [],
  })),
};
const failed = (id: string, code = 'command-failed'): EventBody => ({
  type: 'action.finished',
  id,
  result: 'failed',
  seconds: 1,
  error: { code, message: `${id} failed`, command: 'false', lastLines: [`${id} said`], hint: 'try again' },
});
const events = (...bodies: readonly EventBody[]): RunEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1, time: '2026-01-01T00:00:00Z', run: 'r' }));
function firstOf(...bodies: readonly EventBody[]): ReturnType<FirstFailure['get']> {
  const first = new FirstFailure();
  for (const event of events(...bodies)) first.follow(event);
  return first.get();
}

it('is the one that ended first, with the number of the others', () => {
  expect(
    firstOf(started, failed('b'), failed('a'), {
      type: 'action.finished',
      id: 'c',
      result: 'skipped',
      seconds: 0,
      error: { code: 'needs', message: 'x' },
    }),
  ).toEqual({
    domain: 'domain-b',
    title: 'Do b',
    others: 1,
    error: {
      code: 'command-failed',
      message: 'b failed',
      command: 'false',
      lastLines: ['b said'],
      hint: 'try again',
    } satisfies EventError,
  });
});

it('is none that was stopped with the run, or belongs to a part of it before', () => {
  expect(firstOf(started, failed('a', 'interrupted'), failed('b'))).toMatchObject({ title: 'Do b', others: 0 });
  expect(firstOf(started, failed('a'), started, failed('b'))).toMatchObject({ title: 'Do b', others: 0 });
  expect(firstOf(started, failed('a'), started)).toBeNull();
});

it('is read out of the events of a run, torn lines and all; without any there is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-first-'));
  try {
    expect(await failedAction(folder)).toBeNull();
    writeFileSync(
      join(folder, 'events.ndjson'),
      `${events(started, failed('c'))
        .map((event) => JSON.stringify(event))
        .join('\n')}\n\0\0\n{"seq":`,
    );
    expect(await failedAction(folder)).toMatchObject({ domain: 'domain-c', others: 0 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
