/** The language of the screens in this process: what was chosen in the wizard, else what the environment says. */
import type { Translate } from '../i18n/keys.ts';
import type { Locale } from '../i18n/locales.ts';
import { loadTranslator } from '../i18n/t.ts';
import type { Terminal } from '../ui/terminal/terminal.ts';

let chosen: Locale | null = null;

/** A person has chosen: what is shown after the wizard is in that language too. */
export function chooseLocale(locale: Locale): void {
  chosen = locale;
}

export async function screenTexts({ locales: { offered, initial } }: Pick<Terminal, 'locales'>): Promise<Translate> {
  return await loadTranslator(chosen !== null && offered.includes(chosen) ? chosen : initial);
}
