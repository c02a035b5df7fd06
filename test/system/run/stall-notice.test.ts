import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noticeText } from '../../../src/i18n/notices.ts';
import { stallNotice } from '../../../src/system/run/stall-notice.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what stands still is told after ten seconds and ever more rarely, and that it goes on', () => {
  const said: string[] = [];
  const notice = stallNotice('/dev/sr0', (key, values) => {
    said.push(noticeText(key, values));
  });
  for (let second = 0; second < 9; second++) {
    vi.advanceTimersByTime(9_000);
    notice.moved();
  }
  expect(said).toEqual([]);
  vi.advanceTimersByTime(45_000);
  expect(said).toEqual([10, 20, 40].map((seconds) => `nothing has come from /dev/sr0 for ${seconds} s; waiting`));
  notice.moved();
  expect(said.at(-1)).toBe('/dev/sr0 goes on after 45 s');
  notice.end();
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(4);
});
