/**
 * What a finding is, and how one is made of a text: its key and values, for screens in any language, and the same in
 * English. Pure.
 */
import { hasText, inEnglish } from '../i18n/english.ts';
import type { TextKey } from '../i18n/keys.ts';
import type { Listing, Phrase } from '../i18n/phrase.ts';
import type { Values } from '../i18n/said.ts';
import { memoizeByKey } from '../memoize.ts';
import { dataWithoutSecrets } from '../secret-looks.ts';

/** One result of checking a profile, alone or against facts. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  /** Stable code, e.g. `unknown-key`, `not-supported-yet`, `disk-tie`. */
  readonly code: string;
  /** Path in the profile, e.g. ['domus', 0, 'memory']. */
  readonly path: readonly (string | number)[];
  /** In English, like the hint: what is printed, and what programs read. */
  readonly message: string;
  readonly hint?: string;
  /** The same as texts, for screens. */
  readonly said: MessageAndHint;
  /** 3: the profile is invalid; 4: refused on this machine; 6: what packages come from cannot be verified. */
  readonly exit: 3 | 4 | 6;
}
/** A finding with its place in the source text. Lines and columns count from 1. */
export interface LocatedFinding extends Finding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
export interface MessageAndHint {
  readonly message: Phrase;
  readonly hint?: Phrase | Listing;
}

type IdOf<Key> = Key extends `findings.${infer Id}.message` ? Id : never;
/** A text of a finding in locales/: its code, or its code and which of several texts, like `bad-hostname.localhost`. */
export type FindingId = IdOf<TextKey>;
/** The texts of one code. */
export type Variant<Code extends string> = FindingId extends infer Id
  ? Id extends `${Code}.${infer Rest}`
    ? Rest
    : never
  : never;
type Path = Finding['path'];

/**
 * An error of the profile. The hint is the one that stands beside the message, filled with the same values, unless
 * another is given.
 */
export function findingOf(id: FindingId, path: Path, values: Values = {}, hint?: Phrase | Listing): Finding {
  const own = `findings.${id}.hint`;
  const said = hint ?? (hasText(own) ? { key: own, values } : undefined);
  return made(
    { severity: 'error', code: id.split('.')[0] ?? id, path, exit: 3 },
    { message: { key: `findings.${id}.message`, values }, ...(said === undefined ? {} : { hint: said }) },
  );
}

/** The same finding with other texts. */
export function reworded(finding: Finding, said: MessageAndHint): Finding {
  return made(finding, said);
}

/** A hint that names what was probably meant. */
export function didYouMean(...words: readonly string[]): Phrase {
  return { key: 'parts.didYouMean', values: { word: { list: words, by: 'comma' } } };
}

/** Putting words together is most of what checking costs. */
const english = memoizeByKey(inEnglish, (said: Phrase | Listing) => JSON.stringify(said));

function made(
  { severity, code, path, exit }: Pick<Finding, 'severity' | 'code' | 'path' | 'exit'>,
  words: MessageAndHint,
): Finding {
  // A value is quoted as it was given: a login in an address must not be.
  const said = dataWithoutSecrets(words);
  return {
    severity,
    code,
    path,
    message: english(said.message),
    exit,
    ...(said.hint === undefined ? {} : { hint: english(said.hint) }),
    said,
  };
}
