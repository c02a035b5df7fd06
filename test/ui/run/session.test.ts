/** When a session tells who draws, and when it ends by itself; without a screen. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LEAVE_MS, startRunSession, type RunSession, type RunStart } from '../../../src/ui/run/session.ts';
import { Run } from '../run-events.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function open(start: Partial<RunStart> = {}): { readonly session: RunSession; readonly run: Run; frames(): number } {
  const session = startRunSession(
    { size: { columns: 80, rows: 24 }, framesPerSecond: 30, can: {}, ...start },
    { now: Date.now },
  );
  let frames = 0;
  session.subscribe(() => {
    frames += 1;
  });
  return { session, run: new Run((event) => session.push(event)), frames: () => frames };
}
const outcome = (session: RunSession): string | null => session.getSnapshot().view.outcome;

test('many events make few frames, never more than the terminal has in a second; a key makes one at once', () => {
  const { session, run, frames } = open({ framesPerSecond: 4 });
  run.start(0, ['host']);
  for (let ms = 0; ms < 2_000; ms += 10) {
    for (let line = 0; line < 100; line++) run.output(ms / 1000, 'host/disk', 'a line');
    vi.advanceTimersByTime(10);
  }
  expect(frames()).toBeGreaterThanOrEqual(7);
  expect(frames()).toBeLessThanOrEqual(9);
  const before = frames();
  session.send({ type: 'key', press: { char: 'l' } });
  expect(frames()).toBe(before + 1);
});

test('while nothing happens, only the clock is drawn; when it is over, nothing', () => {
  const { run, frames } = open();
  run.start(0, ['host']);
  vi.advanceTimersByTime(1_000);
  const before = frames();
  vi.advanceTimersByTime(10_000);
  expect(frames() - before).toBe(10);
  run.end(11, 'done');
  vi.advanceTimersByTime(1_000);
  const ended = frames();
  vi.advanceTimersByTime(60_000);
  expect(frames()).toBe(ended);
});

test('the end of a run that nobody watches is left by itself, unless somebody presses a key', () => {
  const nobody = open({ leavesByItself: true });
  nobody.run.start(0, ['host']);
  nobody.run.end(1, 'done');
  vi.advanceTimersByTime(LEAVE_MS - 1);
  expect(outcome(nobody.session)).toBeNull();
  vi.advanceTimersByTime(1);
  expect(outcome(nobody.session)).toBe('left');

  const somebody = open({ leavesByItself: true });
  somebody.run.start(0, ['host']);
  somebody.run.end(1, 'done');
  somebody.session.send({ type: 'key', press: { char: 'l' } });
  vi.advanceTimersByTime(LEAVE_MS * 10);
  expect([outcome(somebody.session), somebody.session.getSnapshot().view.leaving]).toEqual([null, false]);

  const asked = open();
  asked.run.start(0, ['host']);
  asked.run.end(1, 'done');
  vi.advanceTimersByTime(LEAVE_MS * 10);
  expect(outcome(asked.session)).toBeNull();
});
