/**
 * The English texts without i18next, for what is said where no screen is: commands, events, reports. Pure. It knows
 * what findings need: `{{name}}`, and `_one` and `_other` by `count` (`_other` without one).
 */
import en from '../../locales/en.json' with { type: 'json' };
import type { TextKey, Translate } from './keys.ts';
import { say, type Message } from './phrase.ts';

type Tree = { readonly [key: string]: string | Tree };

/** Says a text of en.json. A key that is not there shows itself. */
export const english: Translate = (key, values = {}) => {
  const { count } = values;
  const text = textAt(key) ?? textAt(`${key}_${count === 1 ? 'one' : 'other'}`);
  return text === undefined
    ? key
    : text.replaceAll(/\{\{(\w+)\}\}/g, (all, name: string) => String(values[name] ?? all));
};

export function inEnglish(word: Message): string {
  return say(word, english);
}

/** Is there a text, with or without plurals? */
export function hasText(key: string): key is TextKey {
  return textAt(key) !== undefined || textAt(`${key}_other`) !== undefined;
}

function textAt(key: string): string | undefined {
  let here: string | Tree | undefined = en;
  for (const part of key.split('.'))
    here = typeof here === 'object' && Object.hasOwn(here, part) ? here[part] : undefined;
  return typeof here === 'string' ? here : undefined;
}
