/** Numbers and the words behind them: every text of every language, with none, one, two and five of everything. */
import { describe, expect, test } from 'vitest';
import { english } from '../../src/i18n/english.ts';
import type { TextKey } from '../../src/i18n/keys.ts';
import { LOCALES, type Locale } from '../../src/i18n/locales.ts';
import { loadTranslator } from '../../src/i18n/t.ts';
import { leaves, placeholdersOf, PLURAL, textsOf } from './support.ts';

const COUNTS = [0, 1, 2, 5];
/** Values of texts that are numbers. Those that only stand before a unit, such as MiB or s, are among them. */
const NUMBERS = new Set(
  (
    'attempt columns count done elapsed exit fitting has hasBytes hasMiB index least leastColumns leastRows ' +
    'limit line memory minutes missing most n m needs number offset percent port rows seconds size status total ' +
    'vcpus wanted wantedBytes wantedMiB'
  ).split(' '),
);
/** Units are the same for one and for many. */
const UNITS = /^(?:s|min|h|MiB|GiB)$/;
/** Behind a number, and yet no noun. */
const NO_NOUN = /^(?:has|is|was|fits)$/;

const base = (key: string): string => key.replace(PLURAL, '');
const text = (locale: string): ReadonlyMap<string, string> => leaves(textsOf(locale));
const keysOf = (locale: string): TextKey[] => [...new Set([...text(locale).keys()].map(base))] as TextKey[];

/** Numbers where there are numbers, and for all else a name that no language has. */
function valuesOf(template: string, count: number): Record<string, string | number> {
  return Object.fromEntries([
    ...placeholdersOf(template).map((name) => [name, NUMBERS.has(name) ? count : 'Xy']),
    ['count', count],
  ]) as Record<string, string | number>;
}

function templateOf(texts: ReadonlyMap<string, string>, key: string): string {
  return texts.get(key) ?? texts.get(`${key}_other`) ?? '';
}

/** Every text of a language that has a number to say, with this many of everything. */
async function said(locale: Locale, count: number): Promise<[string, string][]> {
  const t = await loadTranslator(locale);
  const texts = text(locale);
  return keysOf(locale)
    .filter((key) => placeholdersOf(templateOf(texts, key)).some((name) => NUMBERS.has(name)))
    .map((key) => [key, t(key, valuesOf(templateOf(texts, key), count))]);
}

/** The words right behind a number, and those behind one word more. */
function wordsBehind(words: string, count: number): string[] {
  return [...words.matchAll(new RegExp(`(?<![\\p{L}\\d.×-])${count}((?: [\\p{L}]+){1,2})(?![\\p{L}:])`, 'gu'))]
    .flatMap(([, behind = '']) => behind.trim().split(' '))
    .filter((word) => !UNITS.test(word) && !NO_NOUN.test(word));
}

describe.each(LOCALES)('%s', (locale) => {
  const texts = text(locale);
  const rules = new Intl.PluralRules(locale);

  test.each(COUNTS)('every plural has its form for %i', async (count) => {
    const t = await loadTranslator(locale);
    for (const key of keysOf(locale).filter((one) => texts.has(`${one}_other`))) {
      const form = texts.get(`${key}_${rules.select(count)}`) ?? 'no such form';
      const values = valuesOf(form, count);
      const filled = form.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
      expect([key, t(key, values)]).toEqual([key, filled]);
      if (locale === 'en') expect([key, english(key, values)]).toEqual([key, filled]);
    }
  });

  test('no word stands behind a number that needs another form of it', async () => {
    // Which words change with the number is learnt of the texts that have plurals.
    const plural = new Set(keysOf(locale).filter((key) => texts.has(`${key}_other`)));
    const spoken = await Promise.all(COUNTS.map(async (count) => [count, await said(locale, count)] as const));
    const seen = new Map<string, Set<string>>();
    for (const [count, all] of spoken)
      for (const [key, words] of all)
        if (plural.has(key as TextKey))
          for (const word of wordsBehind(words, count)) {
            const form = rules.select(count);
            seen.set(word, (seen.get(word) ?? new Set()).add(form));
          }
    const wrong = spoken.flatMap(([count, all]) =>
      all.flatMap(([key, words]) =>
        wordsBehind(words, count)
          .filter((word) => seen.has(word) && !seen.get(word)?.has(rules.select(count)))
          .map((word) => `${key}: ${count} ${word}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

test('English has no plural noun behind a one, and no text that leaves it to the reader', async () => {
  expect(
    (await said('en', 1)).flatMap(([key, words]) =>
      wordsBehind(words, 1)
        .filter((word) => /[^s]s$/.test(word))
        .map((word) => `${key}: 1 ${word}`),
    ),
  ).toEqual([]);
  expect([...text('en')].filter(([, words]) => /\w\((?:s|es)\)(?!:)/.test(words))).toEqual([]);
});

test('a text that has plurals by now, said with the values of an older event, has its plural', async () => {
  const key = 'errors.medium-cut.message';
  const values = { source: 'a.iso', has: 2, wanted: 4096 };
  const other = 'a.iso is incomplete: 2 of 4096 bytes';
  expect([english(key, values), (await loadTranslator('en'))(key, values)]).toEqual([other, other]);
  expect((await loadTranslator('de'))(key, values)).toBe('a.iso ist unvollständig: 2 von 4096 Bytes');
});
