/** Texts that are not said yet, as plain data: whoever shows them says them in the language of the screen. Pure. */
import { figuresOf } from './figures.ts';
import type { TextKey, Translate } from './keys.ts';

/** A key with what is put into its text, which may be phrases themselves. */
export interface Phrase {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, Word>>;
}
export interface Listing {
  readonly list: readonly Word[];
  /** `commands`: they may have semicolons of their own, so that two blanks part them. */
  readonly by: 'comma' | 'semicolon' | 'spaces' | 'commands';
}
/** Strings are words of the machine or of a person: they are the same in every language. */
interface SizeWord {
  readonly sizeMiB: number;
}
/** What stands after a full stop: it begins with a capital. */
interface Sentence {
  readonly sentence: Message;
}
export type Message = string | Phrase | Listing | SizeWord | Sentence;
export type Word = Message | number;

export function say(word: Message, t: Translate): string {
  if (typeof word === 'string') return word;
  if ('sentence' in word) return capitalised(say(word.sentence, t));
  if ('sizeMiB' in word) return figuresOf(t).size(word.sizeMiB);
  if ('list' in word) return word.list.map((one) => sayWord(one, t)).join(separator(word.by, t));
  return t(
    word.key,
    Object.fromEntries(Object.entries(word.values ?? {}).map(([name, value]) => [name, sayValue(value, t)])),
  );
}

/** Not where it begins with a name of the machine, such as `install.reinstall` or a path. */
function capitalised(text: string): string {
  return /^\p{Ll}\p{L}*(?![^\s,;:])/u.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

function separator(by: Listing['by'], t: Translate): string {
  if (by === 'spaces') return '  ';
  return by === 'commands' ? ';  ' : t(`list.${by}`);
}

/** Numbers stay numbers: plurals go by them. */
function sayValue(value: Word, t: Translate): string | number {
  return typeof value === 'number' ? value : say(value, t);
}

function sayWord(word: Word, t: Translate): string {
  return String(sayValue(word, t));
}

/** `a, b, c`; what `none` says when there is nothing. */
export function listed(words: readonly Word[], none: Word = ''): Word {
  return words.length === 0 ? none : { list: words, by: 'comma' };
}

/** A message with its hint. */
export function messageIn(
  t: Translate,
  { message, hint }: { readonly message: Phrase; readonly hint?: Phrase | Listing },
): string {
  const text = say(message, t);
  return hint === undefined ? text : `${text} ${t('frame.hint', { hint: say(hint, t) })}`;
}
