/** Sizes with their unit, as in a profile. */
import { EXIT, failure } from '../../errors.ts';
import { parseMiB } from '../../profile/sizes.ts';
import type { Check } from './check.ts';

/** 512M, 1.5G, 2 GiB; what the unit allows beside that the profile's checks say. */
export function size(option: string): Check {
  return (text) => {
    if (/^\d{1,12}(\.\d{1,6})? ?[KMGTP](i?B)?$/.test(text) && parseMiB(text) !== 0) return text;
    throw failure('usage.size', EXIT.usage, { option, given: text });
  };
}
