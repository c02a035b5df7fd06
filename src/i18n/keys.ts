/** What texts there are: the keys of `locales/en.json`, as types. */
import type en from '../../locales/en.json';

type Singular<Key extends string> = Key extends `${infer Base}_${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}`
  ? Base
  : Key;
type Leaves<Tree, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Prefix}${Singular<Key>}`
    : Leaves<Tree[Key], `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** A key of the texts; plural suffixes are left out: give `count`. */
export type TextKey = Leaves<typeof en>;
export interface Translate {
  (key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** Whose words: for numbers and times. English where nothing is said. */
  readonly locale?: string;
}
