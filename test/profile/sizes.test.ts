import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, formatSize, parseDurationMs, parseMiB, parseSize } from '../../src/profile/sizes.ts';

describe('sizes', () => {
  test.each([
    ['512M', 512],
    ['8G', 8192],
    ['1T', 1048576],
    ['1.5G', 1536],
    ['8GiB', 8192],
    ['20GB', 19073],
    ['500MB', 476],
    ['1TB', 953674],
  ])('%s is %i MiB', (text, miB) => {
    expect(parseMiB(text)).toBe(miB);
  });
  test.each(['', '8', 'G', '-1G', '8g', '8 K', '1e3M', '٣G', '99999999999999G', '8G8G'])('%j is no size', (text) => {
    expect(parseMiB(text)).toBeNull();
  });
  test('volumes also take a share, the rest, and nothing', () => {
    expect([parseSize('10%'), parseSize('rest'), parseSize('0'), parseSize('101%')]).toEqual([
      { kind: 'percent', percent: 10 },
      { kind: 'rest' },
      { kind: 'fixed', miB: 0 },
      null,
    ]);
  });
  test('what is printed is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), (miB) => {
        expect(parseSize(formatSize({ kind: 'fixed', miB }))).toEqual({ kind: 'fixed', miB });
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1 << 30 }), (ms) => {
        expect(parseDurationMs(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

test.each([
  ['0s', 0],
  ['500ms', 500],
  ['30s', 30_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1.5m', 90_000],
])('%s is a time of %i ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});
