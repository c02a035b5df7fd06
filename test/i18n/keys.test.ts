/** Every text that is asked for exists, none is there for nobody, and what is short on the screen stays short. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import { translator, type TextKey } from '../../src/i18n/t.ts';
import { domuScreens, mainScreens } from '../../src/ui/questions/order.ts';
import { ROOT, sourcesUnder } from '../program.ts';
import { cellsOf } from '../../src/ui/terminal/cells.ts';

const PLURAL = /_(zero|one|two|few|many|other)$/;

function leaves(tree: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}${key}`, value]] : [...leaves(value as object, `${prefix}${key}.`)],
    ),
  );
}

const texts = leaves(en);
const keys = new Set([...texts.keys()].map((key) => key.replace(PLURAL, '')));

const code = [...sourcesUnder('src'), ...sourcesUnder('components')].map((file) =>
  readFileSync(join(ROOT, file), 'utf8'),
);
const allCode = code.join('\n');
const literals = new Set(
  code.flatMap((text) => [...text.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'/g)].map((match) => match[1] ?? '')),
);
const screens = [...mainScreens, ...domuScreens];
/** Keys that are put together: of screens and their fields. */
const built = [
  ...screens.map(({ id }) => `screens.${id}`),
  ...screens.flatMap(({ fields }) => fields.flatMap(({ id }) => [`fields.${id}.label`, `fields.${id}.help`])),
];

describe('the texts', () => {
  /** Texts of findings are named by their id, whole or with its last word put in: `bad-address.${kind}`. */
  const isFound = (key: string): boolean => {
    const id = key.replace(/^findings\./, '').replace(/\.(message|hint)$/, '');
    const [, group, last] = /^(.*)\.(\w+)$/.exec(id) ?? [];
    return (
      allCode.includes(`'${id}'`) ||
      allCode.includes(`wrong('${last}')`) ||
      (group !== undefined &&
        allCode.includes(`\`${group}.\${`) &&
        new RegExp(`'${last?.replace(/(Unknown|Is)$/, '')}'|${group}\\.\\$\\{type`).test(allCode))
    );
  };

  test('each is used somewhere', () => {
    // Texts of errors, actions and units are named by their ids: errors.test.ts and translate-events.test.ts look for each.
    expect(
      [...keys].filter(
        (key) =>
          !/^(errors|actions|units)\./.test(key) &&
          !literals.has(key) &&
          !built.includes(key) &&
          !(/^(findings|parts|list)\./.test(key) && isFound(key)),
      ),
    ).toEqual([]);
  });

  test('each that is used exists', () => {
    // A literal counts as a key when its first word is one of the groups of texts; two events of a run and two files
    // are named like one.
    const groups = new Set(Object.keys(en));
    expect(
      [...literals, ...built].filter(
        (key) =>
          groups.has(key.split('.')[0] ?? '') &&
          !keys.has(key) &&
          !/^(frame|fields|options|screens)\.(ts|tsx)$/.test(key) &&
          !/^(run\.(started|finished|sock)|units\.txt)$/.test(key),
      ),
    ).toEqual([]);
  });

  test('plurals have one and other', () => {
    for (const key of texts.keys())
      if (PLURAL.test(key))
        expect([...texts.keys()]).toEqual(
          expect.arrayContaining([key.replace(PLURAL, '_one'), key.replace(PLURAL, '_other')]),
        );
  });

  test('labels fit their column, help fits two rows', () => {
    for (const [key, text] of texts) {
      if (key.endsWith('.label')) expect([key, cellsOf(text) <= 18]).toEqual([key, true]);
      if (key.endsWith('.help')) expect([key, cellsOf(text) <= 150]).toEqual([key, true]);
      if (/^(keys|run)\.long\./.test(key)) expect([key, cellsOf(text) <= 75]).toEqual([key, true]);
    }
  });
});

test('a text is filled in, plurals by their count', () => {
  const t = translator('en');
  expect(t('frame.step', { n: 2, m: 11 })).toBe('step 2 of 11');
  expect([t('summary.keys', { count: 1 }), t('summary.keys', { count: 3 })]).toEqual(['1 SSH key', '3 SSH keys']);
  // Texts are for terminals: nothing is turned into HTML.
  expect(t('frame.host', { name: '<a&b>' })).toBe('Host <a&b>');
});

test('a key that is not there shows itself, and does not crash', () => {
  expect(translator('en')('no.such.key' as TextKey)).toBe('no.such.key');
});
