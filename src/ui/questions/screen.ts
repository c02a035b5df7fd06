/**
 * What a screen is: data. A new question is one field in one of the files beside; a new screen is one file and one row
 * in order.ts.
 */
import type { Facts } from '../../facts/facts.ts';
import type { Locale, ScreenLocales } from '../../i18n/locales.ts';
import type { Listing, Phrase } from '../../i18n/phrase.ts';
import type en from '../../../locales/en.json';
import type { Draft, Path, Plain, PlainMap } from '../answers/draft.ts';
import type { Environment } from '../answers/environment.ts';

/** What a field may look at. */
export interface Context {
  readonly draft: Draft;
  readonly environment: Environment;
  /** The machine that is installed: this one, or the one an image is made for. */
  readonly facts: Facts;
  /** The draft with every default spelled out; the DomU in question is the only one in it. */
  readonly effective: PlainMap;
  /** Languages that this terminal can show. */
  readonly locales: ScreenLocales;
  /** The language of the screen. */
  readonly locale: Locale;
  /** Which DomU the screen is about; null on the host's screens. */
  readonly domu: number | null;
  /** Which of several things of a kind the screen is about. */
  readonly item: number;
}

export type FieldId = keyof typeof en.fields;
/** Words of the user interface, or words of the machine. */
export type Words = Phrase | Listing | { readonly text: string };
export interface Option {
  readonly value: Plain;
  readonly label: Words;
  /** Why it cannot be chosen. */
  readonly refusal?: Words;
}

/**
 * text, number, size: one line. words: names in one line. lines: one entry a line. choice: few values, changed in
 * place. search: many values, in a list with search. packages: names of packages in a list with search, or as they are
 * typed. multi: several of few. rows: a choice that is shown whole. toggle: yes or no. item: which of several things of
 * a kind the screen is about. password: typed twice, kept as a hash.
 */
export type FieldKind =
  | 'text'
  | 'number'
  | 'size'
  | 'words'
  | 'lines'
  | 'choice'
  | 'search'
  | 'multi'
  | 'rows'
  | 'toggle'
  | 'password'
  | 'packages'
  | 'item';

/** Several things of a kind (bridges, interfaces, data disks) in a list of the profile. */
export interface ItemList {
  /** Where the list stands in the draft. */
  path(context: Context): Path;
  /** And in the effective form, which holds this one DomU only. */
  readonly inEffective: Path;
  /** How many there must be. */
  readonly least: number;
  name(item: Plain | undefined, index: number): string;
  /** One more, as it is added. */
  fresh(context: Context): Plain;
}

export interface Field {
  readonly id: FieldId;
  readonly kind: FieldKind;
  /** Where in the profile findings of this field are. */
  paths(context: Context): readonly Path[];
  /** What the draft says; undefined: nothing yet. */
  read(context: Context): Plain | undefined;
  write(draft: Draft, value: Plain | undefined, context: Context): Draft;
  /** What is shown, and counts, while the draft says nothing. */
  fallback(context: Context): Plain | undefined;
  /** The default is no default of the profile's: it is written into the draft when the screen is left. */
  readonly isFilled?: boolean;
  /** Is a person asked for it even when a loaded profile leaves it out? */
  isNeeded?(context: Context): boolean;
  /** Of a `search`: what is typed can be had as it is, too. */
  readonly isFree?: boolean;
  /** There is no going on without it. */
  readonly isRequired?: boolean;
  isShown?(context: Context): boolean;
  /** Of an `item`: the things there are. */
  readonly items?: ItemList;
  options?(context: Context): readonly Option[];
}

export type ScreenId = keyof typeof en.screens;
export interface Screen {
  readonly id: ScreenId;
  readonly section: 'host' | 'domu';
  readonly kind: 'form' | 'summary' | 'domus' | 'review';
  readonly fields: readonly Field[];
  /** It is about one of several things of a kind. */
  readonly items?: ItemList;
  /** Paths whose own findings belong here too, though no field has them. */
  readonly owns?: readonly Path[];
  isShown?(context: Context): boolean;
}
