/** The error that a medium is not the one that the plan was made for: said alike by all who look. */
import { EXIT, XenwrightError } from '../../errors.ts';

/** `source`: as people know it. `lastLines`: how that was seen. */
export function otherMedium(source: string, lastLines: readonly string[] = []): XenwrightError {
  return new XenwrightError({
    code: 'medium-changed',
    exit: EXIT.source,
    message: `${source} holds another medium than the one that the plan was made for`,
    lastLines,
    hint: 'put the same medium in again and go on with --resume; or start again without --resume: that says how to start anew with this one',
  });
}
