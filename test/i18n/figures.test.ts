/** Sizes, durations and times in the way of each language. */
import { expect, test } from 'vitest';
import { figuresOf } from '../../src/i18n/figures.ts';
import { loadTranslator } from '../../src/i18n/t.ts';
import { english } from '../../src/i18n/english.ts';

/** Blanks that do not break look like blanks. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

test('English is what the plain text says', () => {
  const { size, duration, time } = figuresOf(english);
  expect([
    size(512),
    size(10_240),
    size(953_869),
    duration(0),
    duration(7),
    duration(200),
    duration(3900),
    time('2026-11-23 19:04'),
  ]).toEqual(['512 MiB', '10.0 GiB', '931.5 GiB', '0 s', '7 s', '3 min 20 s', '1 h 05 min', '2026-11-23 19:04']);
});

test('other languages have their comma, their words and their order', async () => {
  const [de, ja, ru] = await Promise.all(
    (['de', 'ja', 'ru'] as const).map(async (locale) => figuresOf(await loadTranslator(locale))),
  );
  expect(plain(de?.size(953_869) ?? '')).toMatch(/^931,5 /);
  expect(plain(de?.time('2026-11-23 19:04') ?? '')).toBe('23.11.2026, 19:04');
  expect(plain(ru?.duration(200) ?? '')).toBe('3 мин 20 с');
  expect(ja?.duration(0)).toMatch(/^0/);
  expect(
    [0, 59, 60, 3599, 3600, 90_000].map((seconds) => ja?.duration(seconds)).every((text) => /^\d/.test(text ?? '')),
  ).toBe(true);
  // What is no time stays as it is.
  expect(de?.time('gestern')).toBe('gestern');
});
