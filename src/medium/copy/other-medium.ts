/** The error that a medium is not the one that the plan was made for: said alike by all who look. */
import { EXIT, failure, XenwrightError } from '../../errors.ts';

/** `source`: as people know it. `lastLines`: how that was seen. */
export function otherMedium(source: string, lastLines: readonly string[] = []): XenwrightError {
  return failure('medium-changed.other', EXIT.source, { source }, { lastLines });
}
