/** How large something is: `512M`, `5G`. */
import { EXIT, failure } from '../../errors.ts';
import { parseMiB } from '../../profile/sizes.ts';
import type { Check } from './check.ts';

export function size(option: string): Check {
  return (text) => {
    if ((parseMiB(text) ?? 0) > 0) return text;
    throw failure('usage.size', EXIT.usage, { option, given: text });
  };
}
