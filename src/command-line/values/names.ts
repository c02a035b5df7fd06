/** What things are called. */
import { EXIT, failure } from '../../errors.ts';
import type { Check } from './check.ts';

/** The name of something: of a domain, a field, a console. */
export function name(option: string): Check {
  return (text) => {
    if (/^[A-Za-z0-9][\w.+[\]-]*$/.test(text)) return text;
    throw failure('usage.name', EXIT.usage, { option, given: text });
  };
}
