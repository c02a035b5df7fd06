/**
 * Every locale against English: no text missing, none too much, the same values, the plurals of its own grammar, and
 * short where the screen is.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES, rowOf, screenLocales } from '../../src/i18n/locales.ts';
import { loadTranslator } from '../../src/i18n/t.ts';
import { cellsOf, wrap } from '../../src/ui/terminal/cells.ts';
import { showable } from '../../src/ui/terminal/glyphs.ts';
import { leaves, placeholdersOf, PLURAL, textsOf } from './support.ts';

const english = leaves(textsOf('en'));
const base = (key: string): string => key.replace(PLURAL, '');
const keys = new Set([...english.keys()].map(base));
const plurals = new Set([...english.keys()].filter((key) => PLURAL.test(key)).map(base));
const englishOf = (key: string): string => english.get(key) ?? english.get(`${key}_other`) ?? '';

/**
 * What is typed or pressed as it stands: options, paths, keys of the profile, commands, key caps. Arrows and Space have
 * names in every language.
 */
const AS_IT_STANDS =
  /--[a-z][a-z-]*|(?<![\w/}])\/[a-z][\w/.-]*\w|\b[a-z]+[A-Z]\w*|\b(?:Ctrl-[A-Z]|Shift-Tab|Enter|Esc|Tab)\b|\bxenwright(?: (?:attach|boot|install))?|\bapt-get\b|\b(?:PVH|HVM|DomUs?|vCPUs?|Dom0|Xen|GRUB|LVM|SSH|DHCP|VLAN|MTU|MAC)\b/g;
/** Names have no plural elsewhere. */
const singular = (word: string): string => word.replace(/^(DomU|vCPU)s$/, '$1');

/** The longest rows of keys of the wizard: all of one has to stand on one row, with one blank between two at the least. */
const KEY_ROWS = [
  ['keys.domus', 'keys.back', 'keys.help'],
  ['keys.next', 'keys.change', 'keys.list', 'keys.continue', 'keys.back', 'keys.help'],
  ['keys.next', 'keys.move', 'keys.rescan', 'keys.continue', 'keys.back', 'keys.help'],
  ['keys.start', 'keys.scroll', 'keys.export', 'keys.back'],
];

test('each file in locales/ has its row, and each row its file', () => {
  expect(
    readdirSync('locales')
      .map((name) => name.replace('.json', ''))
      .toSorted(),
  ).toEqual([...LOCALES].toSorted());
});

describe.each(LOCALES)('%s', (locale) => {
  const texts = leaves(textsOf(locale));
  const own = new Set([...texts.keys()].map(base));

  test('no text is missing, and none is there for nobody', () => {
    expect({
      missing: [...keys].filter((key) => !own.has(key)),
      surplus: [...own].filter((key) => !keys.has(key)),
    }).toEqual({ missing: [], surplus: [] });
  });

  test('plurals are those of its grammar, no more and no less', () => {
    const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    const has = (key: string): string[] =>
      [...texts.keys()]
        .filter((one) => base(one) === key && PLURAL.test(one))
        .map((one) => PLURAL.exec(one)?.[1] ?? '')
        .toSorted();
    expect([...plurals].filter((key) => own.has(key) && String(has(key)) !== String(wanted))).toEqual([]);
    expect([...texts.keys()].filter((key) => PLURAL.test(key) && !plurals.has(base(key)))).toEqual([]);
  });

  test('each text has the values of the English one, in any order', () => {
    const differing = [...texts].filter(
      ([key, text]) =>
        keys.has(base(key)) && String(placeholdersOf(text)) !== String(placeholdersOf(englishOf(base(key)))),
    );
    // A language may say `one` in a word: "one file more".
    expect(
      differing.filter(
        ([key, text]) =>
          !/_(zero|one|two)$/.test(key) ||
          String([...placeholdersOf(text), 'count'].toSorted()) !== String(placeholdersOf(englishOf(base(key)))),
      ),
    ).toEqual([]);
    // Braces that are no value, or values that cannot be said, are slips.
    expect(
      [...texts].filter(([, text]) => /\{\{(?!\w+\}\})|(?<!\{\{\w+)\}\}|\$t\(/.test(text) && !/\{ /.test(text)),
    ).toEqual([]);
  });

  test('what is typed or pressed stays as it is', () => {
    const lost = [...texts].flatMap(([key, text]) =>
      (
        englishOf(base(key))
          .replaceAll(/\{\{\w+\}\}/g, '')
          .match(AS_IT_STANDS) ?? []
      )
        .map(singular)
        .filter((word) => !text.includes(word))
        .map((word) => `${key}: ${word}`),
    );
    expect(lost).toEqual([]);
  });

  test('texts begin and end as the English ones do, and have no line of their own', () => {
    const ends = (text: string): string => `${/^\s*/.exec(text)?.[0]}|${/\s*$/.exec(text)?.[0]}`;
    expect(
      [...texts]
        .filter(
          ([key, text]) => keys.has(base(key)) && !key.startsWith('list.') && ends(text) !== ends(englishOf(base(key))),
        )
        .map(([key]) => key),
    ).toEqual([]);
    expect(
      [...texts]
        .filter(([key, text]) => text.includes('\n') && !englishOf(base(key)).includes('\n'))
        .map(([key]) => key),
    ).toEqual([]);
  });

  test('what has a fixed place fits it', () => {
    const tooLong = [...texts].filter(([key, text]) => {
      if (key.endsWith('.label')) return cellsOf(text) > 18;
      if (key.endsWith('.help')) return wrap(text, 77).length > 2;
      if (/^(keys|run)\.long\./.test(key)) return cellsOf(text) > 75;
      return key.startsWith('screens.') && cellsOf(text) > 40;
    });
    expect(tooLong).toEqual([]);
    const rows = KEY_ROWS.map((names) => ` ${names.map((name) => texts.get(name) ?? '').join(' ')}`);
    expect(rows.filter((row) => cellsOf(row) > 79)).toEqual([]);
  });

  test('its signs are those that it claims, so that it is only offered where they can be shown', () => {
    if (rowOf(locale).characters === 'latin')
      expect([...texts].filter(([, text]) => showable(text, 'cp437').includes('?') && !text.includes('?'))).toEqual([]);
    else expect([...texts.values()].some((text) => showable(text, 'cp437') !== showable(text, 'unicode'))).toBe(true);
  });

  test('is loaded and says its own words', async () => {
    const t = await loadTranslator(locale);
    expect(t('form.continue')).toBe(texts.get('form.continue'));
  });
});

describe('which languages a screen can have', () => {
  test.each([
    ['a terminal of today', {}, 'unicode', LOCALES],
    ['a Linux console: what Latin-1 can write', {}, 'cp437', ['en', 'de', 'fr', 'es', 'pt-BR']],
    ['a serial line', {}, 'ascii', ['en']],
  ] as const)('%s', (_, env, glyphs, offered) => {
    expect(screenLocales(env, glyphs).offered).toEqual(offered);
  });

  test.each([
    [{ LANG: 'de_AT.UTF-8' }, 'de'],
    [{ LANG: 'pt_PT.UTF-8' }, 'pt-BR'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
    [{ LANG: 'zh_TW.UTF-8' }, 'en'],
    [{ LANG: 'ru' }, 'ru'],
    [{ LANG: 'es-MX' }, 'es'],
    [{ LANG: 'ca_ES.UTF-8@valencia' }, 'en'],
    [{ LANG: 'C.UTF-8' }, 'en'],
    [{ LANG: 'escperanto' }, 'en'],
    [{}, 'en'],
    [{ LANG: 'fr_FR.UTF-8', LC_MESSAGES: 'ja_JP.UTF-8' }, 'ja'],
    [{ LANG: 'fr_FR.UTF-8', LC_ALL: 'C', LC_MESSAGES: 'ja_JP.UTF-8' }, 'en'],
    [{ LANG: 'fr_FR.UTF-8', LC_ALL: '' }, 'fr'],
  ])('%o begins in %s', (env, initial) => {
    expect(screenLocales(env, 'unicode').initial).toBe(initial);
  });

  test('one that cannot be shown is not begun with', () => {
    expect(screenLocales({ LANG: 'ja_JP.UTF-8' }, 'cp437').initial).toBe('en');
    expect(screenLocales({ LANG: 'de_DE.UTF-8' }, 'ascii').initial).toBe('en');
  });
});
