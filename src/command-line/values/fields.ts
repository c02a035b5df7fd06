/** Changes of fields of the profile. */
import { EXIT, failure } from '../../errors.ts';

/** `path=value` */
export function change(text: string): string {
  if (/^[^=\s][^=]*=/.test(text)) return text;
  throw failure('usage.change', EXIT.usage, { given: text });
}
