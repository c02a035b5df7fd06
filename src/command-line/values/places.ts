/** Where something is: a file, a SOURCE, a medium. */
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import { hasPlaceholders } from '../../profile/source-placeholders.ts';
import { parseSource, shownSource } from '../../profile/source-ref.ts';
import type { Check } from './check.ts';

/** The argument of that name, which is no option. */
const SOURCE = 'SOURCE';

/** A file, a folder or a device: not empty, and no option whose value was left out. */
export function place(option: string): Check {
  return (text) => {
    if (text === '') throw failure('usage.emptyValue', EXIT.usage, { option });
    if (text.startsWith('-')) throw failure('usage.optionAsValue', EXIT.usage, { option, given: text });
    return text;
  };
}

/** A SOURCE of any form; `-` too. What stands for the machine in it is filled in later. */
export function source(option: string): Check {
  return (text) => {
    if (text !== '-') place(option)(text);
    try {
      parseSource(hasPlaceholders(text) ? text.replaceAll(/\$\{[^}]*\}/g, 'x') : text);
    } catch (error) {
      if (!(error instanceof XenwrightError) || option === SOURCE) throw error;
      const { message, hint } = errorMessages(error);
      throw failure('bad-source.ofOption', EXIT.usage, { option, reason: message, way: hint ?? '' });
    }
    return text;
  };
}

/** Where a disc or an image of one is: `cdrom`, a path, an http(s):// or nfs:// address. */
export function medium(text: string): string {
  place(SOURCE)(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^(https?|nfs|file):/i.test(text))
    throw failure('usage.medium', EXIT.usage, { source: shownSource(text) });
  return text;
}
