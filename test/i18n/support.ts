/** Texts of a locale as a flat list, and made-up locales for layouts: longer ones, and all in wide signs. */
import { readFileSync } from 'node:fs';
import { translatorFor, type Translate } from '../../src/i18n/t.ts';

export const PLURAL = /_(zero|one|two|few|many|other)$/;

/** `group.key` → text. */
export function leaves(tree: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}${key}`, value]] : [...leaves(value as object, `${prefix}${key}.`)],
    ),
  );
}

export function textsOf(locale: string): object {
  return JSON.parse(readFileSync(`locales/${locale}.json`, 'utf8')) as object;
}

/** What a text asks for, sorted. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''))].toSorted();
}

/** Every word longer by 40 %, none shorter: as German is to English, and worse. */
export const longLocale: Translate = translatorFor(
  'de-x-long',
  madeUp((word) => word + 'o'.repeat(Math.ceil(word.length * 0.4))),
);
/** Every letter two cells wide, as many cells as before. */
export const wideLocale: Translate = translatorFor(
  'ja-x-wide',
  madeUp((word) => '漢'.repeat(Math.max(1, Math.ceil(word.length / 2)))),
);

function madeUp(change: (word: string) => string): object {
  const words = (text: string): string =>
    text
      .split(/(\{\{\w+\}\})/)
      .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[A-Za-z]{2,}/g, change)))
      .join('');
  const walk = (tree: object): object =>
    Object.fromEntries(
      Object.entries(tree).map(([key, value]) => [
        key,
        typeof value === 'string' ? words(value) : walk(value as object),
      ]),
    );
  return walk(textsOf('en'));
}
