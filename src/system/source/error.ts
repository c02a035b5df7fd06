/** Why a SOURCE could not be read this time, and whether it may be there later. */
import { EXIT, reasonOf, wordsOf, XenwrightError, type ErrorId } from '../../errors.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { Values } from '../../i18n/said.ts';
import { errorMessages } from '../../i18n/translate-events.ts';

type SourceErrorId = Extract<ErrorId, `source-unreachable.${string}`>;

export class SourceError extends XenwrightError {
  /** May another try end better? */
  readonly mayCome: boolean;
  /** What the server asked to be left alone for. */
  readonly retryAfterMs: number | null;
  /** Is the place there, but not the thing? Then it is known not to exist. */
  readonly isAbsent: boolean;
  constructor(
    id: SourceErrorId,
    values: Values = {},
    more: { readonly mayCome?: boolean; readonly retryAfterMs?: number | null; readonly isAbsent?: boolean } = {},
  ) {
    super({ ...wordsOf(id, values), exit: EXIT.source });
    this.mayCome = more.mayCome ?? false;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.isAbsent = more.isAbsent ?? false;
  }
}

/** What an error says, to be put into the words of another one. */
export function messageOf(error: unknown): Message {
  return error instanceof XenwrightError ? errorMessages(error).message : reasonOf(error);
}
