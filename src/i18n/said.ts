/**
 * Words by id and values, as plans, errors and events carry them beside their English: a screen says them in its own
 * language. What has none, or names a text that is not known here (a later Xenwright wrote it), stays English. Pure.
 */
import { hasText } from './english.ts';
import type { Message, Word } from './phrase.ts';

/** What is put into a text: strings are words of the machine, the same in every language. */
export type Values = Readonly<Record<string, Word>>;
/** `lines`: texts that stand among an error's last lines, in their order. */
export interface Said {
  readonly id: string;
  readonly values?: Values;
  readonly lines?: readonly Said[];
}

/** The text `GROUP.ID[.PART]`; `english` where there is no such text here. */
export function messageOf(
  group: 'actions' | 'errors' | 'findings',
  said: Said | undefined,
  english: Message,
  part = '',
): Message {
  if (said === undefined) return english;
  const key = `${group}.${said.id}${part === '' ? '' : `.${part}`}`;
  return hasText(key) ? { key, ...(said.values === undefined ? {} : { values: said.values }) } : english;
}
