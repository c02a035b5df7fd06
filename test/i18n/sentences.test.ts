/** What stands after a full stop begins with a capital: in texts, and in those that are put together. */
import { expect, test } from 'vitest';
import { inEnglish } from '../../src/i18n/english.ts';
import { LOCALES } from '../../src/i18n/locales.ts';
import { leaves, textsOf } from './support.ts';

/** Values that are sentences themselves: the code says `sentence` of them. */
const SENTENCES = ['session.nothingWritten'];
/** Names of fields and values, and commands, keep their form; a key alone is one letter. */
const LITERAL = /^(auto|exit|journalctl)$/;
/** Dots that end no sentence. */
const SHORT = /^(см|напр|тыс|мин|сек|ca|bzw|usw|Seriennr|Nr|ej|ex|núm|Act|Atualiz)$/;

const startsInSmall = (text: string): string[] =>
  [...text.matchAll(/(\p{L}{2,})[.!?]\s+(?=(\p{Ll}[\p{L}.-]+))/gu)]
    .filter(([, before = '', after = '']) => !SHORT.test(before) && !LITERAL.test(after))
    .map(([whole, , after]) => `${whole}${after}`);

test.each(LOCALES)('%s: no sentence begins with a small letter', (locale) => {
  const found = [...leaves(textsOf(locale))].flatMap(([key, text]) =>
    startsInSmall(text).map((where) => `${key}: ${where}`),
  );
  expect(found).toEqual([]);
});

test.each(LOCALES)('%s: what is put in after a full stop is known to be a sentence', (locale) => {
  const found = [...leaves(textsOf(locale))].filter(
    ([key, text]) =>
      [...text.matchAll(/(\p{L}{2,})[.!?]\s+\{\{/gu)].some(([, before = '']) => !SHORT.test(before)) &&
      !SENTENCES.includes(key),
  );
  expect(found).toEqual([]);
});

test('a sentence that is put in begins with a capital', () => {
  const said = (hint: string): string =>
    inEnglish({ key: 'session.nothingWritten', values: { hint: { sentence: hint } } });
  expect(said('choose another disk')).toBe('Nothing was written. Choose another disk');
  expect(said('install.reinstall allows it')).toBe('Nothing was written. install.reinstall allows it');
  expect(said('/boot is full')).toBe('Nothing was written. /boot is full');
  expect(
    inEnglish({
      key: 'session.nothingWritten',
      values: { hint: { sentence: { key: 'errors.already-installed.otherPlan.hint', values: {} } } },
    }),
  ).toMatch(/^Nothing was written\. [A-Z]/);
});
