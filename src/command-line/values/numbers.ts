/** Numbers that people write. */
import { EXIT, failure } from '../../errors.ts';
import type { Check } from './check.ts';

/** More are a slip of the fingers. */
const MOST_DIGITS = 8;
/** Seconds that the pretended run of the demo takes. */
const MOST_DEMO_SECONDS = 3600;

/** 1, 2, 3, … */
export function wholeNumber(option: string): Check {
  return (text) => {
    if (new RegExp(`^[1-9]\\d{0,${MOST_DIGITS - 1}}$`).test(text)) return text;
    throw failure('usage.number', EXIT.usage, { option, given: text });
  };
}

/** Seconds that the pretended run of the demo takes; parts of one, too. */
export function demoSeconds(text: string): string {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= MOST_DEMO_SECONDS) return text;
  throw failure('bad-seconds', EXIT.usage, { given: text, most: MOST_DEMO_SECONDS });
}
