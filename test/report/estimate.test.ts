/**
 * The time left, on runs that really were: kept streams of events that were not used to find the weights. From a fifth
 * of a run on it is within a quarter of the truth; near the end a few seconds are as good as any.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Estimate } from '../../src/report/estimate.ts';
import { timeToFinish, type Left } from '../../src/report/schedule.ts';
import type { RunEvent } from '../../src/engine/events.ts';

const FOLDER = join(import.meta.dirname, 'streams');
const FROM = 0.2;
const SHARE = 0.25;
/** Of the last seconds nobody makes a plan. */
const SECONDS = 5;

const streams = readdirSync(FOLDER).map((name) => ({
  name,
  events: readFileSync(join(FOLDER, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent),
}));

/** What was said at each event, and what was true. */
function said(events: readonly RunEvent[]): { share: number; left: number | null; truth: number; percent: number }[] {
  const estimate = new Estimate();
  const [from = 0, to = 0] = [events[0], events.at(-1)].map((event) => Date.parse(event?.time ?? ''));
  return events.map((event) => {
    estimate.follow(event);
    const now = Date.parse(event.time);
    return {
      share: (now - from) / (to - from),
      left: estimate.secondsLeft,
      truth: (to - now) / 1000,
      percent: estimate.percent,
    };
  });
}

test('there are two of them, of a run that builds its bases and of one that has them', () => {
  expect(streams.map(({ name }) => name)).toEqual(['cold.ndjson', 'warm.ndjson']);
});

describe.each(streams)('$name', ({ events }) => {
  const figures = said(events);

  test('the time left is within a quarter of the truth from a fifth of the run on', () => {
    const wrong = figures.filter(
      ({ share, left, truth }) =>
        share >= FROM && (left === null || Math.abs(left - truth) > Math.max(SECONDS, truth * SHARE)),
    );
    expect(wrong).toEqual([]);
  });

  test('the bar goes from nothing to its end, and never back', () => {
    const percents = figures.map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect([percents[0], percents.at(-1)]).toEqual([0, 100]);
    expect(figures.find(({ share }) => share >= 0.1)?.percent).toBeGreaterThan(0);
  });
});

describe('laid out in time', () => {
  const work = (seconds: number, needs: readonly string[] = [], isRunning = false, lane = 'a'): Left => ({
    seconds,
    load: 1,
    isRunning,
    lane,
    needs,
  });
  const time = (places: number, left: Readonly<Record<string, Left>>): number =>
    timeToFinish(new Map(Object.entries(left)), () => places);

  test('what waits for each other takes the sum, what does not goes side by side', () => {
    expect(time(2, { one: work(5), two: work(7, ['one']) })).toBe(12);
    expect(time(2, { one: work(5), two: work(7) })).toBe(7);
    expect(time(1, { one: work(5), two: work(7) })).toBe(12);
  });

  test('what runs keeps its place, and lanes have places of their own', () => {
    expect(time(1, { one: work(5), two: work(7, [], true) })).toBe(12);
    expect(time(1, { one: work(5), two: work(7, [], true, 'b') })).toBe(7);
  });

  test('more than a small machine carries goes slower, all of it', () => {
    expect(time(4, { one: work(6), two: work(6), three: work(6), four: work(6) })).toBe(12);
    expect(time(4, { one: { ...work(6), load: 1.5 }, two: { ...work(6), load: 1.5 } })).toBe(9);
  });

  test('needs that are done hold nothing up; a circle, which no plan has, ends', () => {
    expect(time(2, { one: work(5, ['done before']) })).toBe(5);
    expect(time(2, { one: work(5, ['two']), two: work(5, ['one']) })).toBe(0);
  });
});
