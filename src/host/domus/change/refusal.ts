/** Why a DomU is not changed, as an error. */
import type en from '../../../../locales/en.json';
import { EXIT, failure, type XenwrightError } from '../../../errors.ts';
import type { Values } from '../../../i18n/said.ts';

type Reason = keyof (typeof en)['errors']['change-refused']['reasons'];

/** Nothing was written when it is thrown (exit 4). */
export function changeRefused(domu: string, reason: Reason, values: Values = {}): XenwrightError {
  return failure('change-refused', EXIT.refused, {
    domu,
    reason: { key: `errors.change-refused.reasons.${reason}`, values },
  });
}
