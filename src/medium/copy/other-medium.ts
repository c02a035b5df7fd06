/** The error that a medium is not the one that the plan was made for: said alike by all who look. */
import type { Said } from '../../i18n/said.ts';
import { EXIT, failure, XenwrightError } from '../../errors.ts';

/** `source`: as people know it. `lines`: how that was seen, as texts of `errors`. */
export function otherMedium(source: string, lines: readonly Said[] = []): XenwrightError {
  return failure('medium-changed.other', EXIT.source, { source }, { lines });
}
