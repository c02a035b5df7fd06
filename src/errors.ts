/**
 * Errors people can act on: a stable code, what happened, what to do, and the exit code they lead to. Their words are
 * texts of locales/ by id and values; the English of them is what programs and the log read.
 */
import { hasText, inEnglish } from './i18n/english.ts';
import type { TextKey } from './i18n/keys.ts';
import { dataWithoutSecrets } from './secret-looks.ts';
import { messageOf, type Said, type Values } from './i18n/said.ts';

type IdOf<Key> = Key extends `errors.${infer Id}.message` ? Id : never;
/** A text of an error in locales/: its code, or its code and which of several texts, like `secret-missing.env`. */
export type ErrorId = IdOf<TextKey>;

/**
 * What an error is made of, as data. `command`: the one that failed, secrets removed; `lastLines`: at most 40 of its
 * output; `said`: message and hint by id and values, for screens in any language. Absent: only the English is known.
 */
export interface ErrorFields {
  readonly code: string;
  readonly exit: number;
  readonly message: string;
  readonly hint?: string;
  readonly command?: string;
  readonly lastLines?: readonly string[];
  readonly said?: Said | undefined;
}

/** Anything else that is thrown counts as a fault of Xenwright's own (exit 1). */
export class XenwrightError extends Error {
  readonly code: string;
  readonly exit: number;
  readonly hint: string | undefined;
  /** The command that failed, secrets removed. */
  readonly command: string | undefined;
  /** At most 40 last lines of its output. */
  readonly lastLines: readonly string[];
  readonly said: Said | undefined;
  /** What looks like a secret is in none of its words, whoever has put it there. */
  constructor({ cause, ...given }: ErrorFields & { readonly cause?: unknown }) {
    const fields: ErrorFields = dataWithoutSecrets(given);
    super(fields.message, { cause });
    this.name = 'XenwrightError';
    this.code = fields.code;
    this.exit = fields.exit;
    this.hint = fields.hint;
    this.command = fields.command;
    this.lastLines = fields.lastLines ?? [];
    this.said = fields.said;
  }
}

/** What comes with an error beside its words. `lines`: texts by id; in English they are its `lastLines`. */
export interface FailureDetails {
  readonly command?: string;
  readonly lastLines?: readonly string[];
  readonly lines?: readonly Said[];
  readonly cause?: unknown;
}

/** The fields of an error by the id of its text: code, English message and hint. A text without a hint has none. */
export function wordsOf(id: ErrorId, values: Values = {}, lines?: readonly Said[]): Omit<ErrorFields, 'exit'> {
  const hint = `errors.${id}.hint`;
  return {
    code: id.split('.')[0] ?? id,
    message: inEnglish({ key: `errors.${id}.message`, values }),
    ...(hasText(hint) ? { hint: inEnglish({ key: hint, values }) } : {}),
    said: { id, values, ...(lines === undefined ? {} : { lines }) },
  };
}

/** An error in the words `errors.ID.message` and `.hint` of locales/, filled with `values`. */
export function failure(id: ErrorId, exit: number, values: Values = {}, details: FailureDetails = {}): XenwrightError {
  const { lines, ...rest } = details;
  const lastLines = lines?.map((line) => inEnglish(messageOf('errors', line, line.id)));
  return new XenwrightError({
    ...wordsOf(id, values, lines),
    exit,
    ...(lastLines === undefined ? {} : { lastLines }),
    ...rest,
  });
}

/** What an error says, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What an error says, as data for another process, which makes a XenwrightError of it again; a fault keeps where it
 * came from.
 */
export function fieldsOf(error: unknown): ErrorFields {
  if (!(error instanceof XenwrightError))
    return {
      code: 'internal-fault',
      exit: EXIT.fault,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  const { code, exit, message, lastLines, command, hint, said } = error;
  return {
    code,
    exit,
    message,
    lastLines,
    ...(command === undefined ? {} : { command }),
    ...(hint === undefined ? {} : { hint }),
    ...(said === undefined ? {} : { said }),
  };
}

/** For what could not be written; `where` is a path, or words for it. */
export function diskFull(where: Values[string], details: FailureDetails = {}): XenwrightError {
  return failure('disk-full', EXIT.action, { where }, details);
}

/** Exit codes of the command line (design §4.1). */
export const EXIT = {
  done: 0,
  fault: 1,
  usage: 2,
  profile: 3,
  refused: 4,
  action: 5,
  source: 6,
  interrupted: 130,
} as const;
