/** What a device is that is not as the plan has it. Pure. */
import type { ErrorId } from '../../../errors.ts';
import type { Values } from '../../../i18n/said.ts';

/** By the text of an error. */
export interface DeviceFault {
  readonly id: ErrorId;
  readonly values: Values;
}

export function deviceFault(id: ErrorId, values: Values): DeviceFault {
  return { id, values };
}
