/** What planning refuses in the words of a finding: check shows it as one, a run as an error. Pure. */
import { findingOf, type FindingId } from '../check/finding.ts';
import { type Values } from '../i18n/said.ts';
import { EXIT, XenwrightError } from '../errors.ts';

export class PlanRefusal extends XenwrightError {
  readonly id: FindingId;
  readonly values: Values;
  constructor(id: FindingId, values: Values = {}, lastLines: readonly string[] = []) {
    const { code, message, hint } = findingOf(id, [], values);
    super({
      code,
      exit: EXIT.refused,
      message,
      lastLines,
      said: { id, values },
      ...(hint === undefined ? {} : { hint }),
    });
    this.id = id;
    this.values = values;
  }
}
