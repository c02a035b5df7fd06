/** What consoles of the medium are, type and speak. */
import { EXIT, failure } from '../../errors.ts';
import { LOCALES, localeMeantBy } from '../../i18n/locales.ts';

/** A serial console, its speed filled in. */
export function serial(text: string): string {
  if (/^tty[A-Z]+\d+(,\d+[a-z0-9]*)?$/.test(text)) return text.includes(',') ? text : `${text},115200`;
  throw failure('usage.serial', EXIT.usage, { given: text });
}

/** A layout of X by any of its names, or several; whether there is one, the command that uses it asks. */
export function keyboard(text: string): string {
  if (/^[A-Za-z][\w(),. -]*$/.test(text)) return text;
  throw failure('usage.keyboard', EXIT.usage, { given: text });
}

/** A language of the screens. */
export function language(text: string): string {
  if (localeMeantBy(text) !== null) return text;
  throw failure('usage.language', EXIT.usage, { given: text, locales: { list: LOCALES, by: 'comma' } });
}
