/** Why a SOURCE could not be read this time, and whether it may be there later. */
import { EXIT, XenwrightError } from '../../errors.ts';

export class SourceError extends XenwrightError {
  /** May another try end better? */
  readonly mayCome: boolean;
  /** What the server asked to be left alone for. */
  readonly retryAfterMs: number | null;
  /** Is the place there, but not the thing? Then it is known not to exist. */
  readonly isAbsent: boolean;
  constructor(
    message: string,
    hint: string,
    more: { readonly mayCome?: boolean; readonly retryAfterMs?: number | null; readonly isAbsent?: boolean } = {},
  ) {
    super({ code: 'source-unreachable', exit: EXIT.source, message, hint });
    this.mayCome = more.mayCome ?? false;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.isAbsent = more.isAbsent ?? false;
  }
}
