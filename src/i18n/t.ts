/** Texts for people: i18next's core behind one typed function. `locales/en.json` is the source of every key. */
import { createInstance } from 'i18next';
import en from '../../locales/en.json' with { type: 'json' };
import type { Translate } from './keys.ts';

export type { TextKey, Translate } from './keys.ts';

/** Locales that are complete. A new one is one file in locales/ and one row here. */
const LOCALES = { en } as const;
export type Locale = keyof typeof LOCALES;

/** The texts of one locale. */
export function translator(locale: Locale): Translate {
  const texts = createInstance();
  // Without resources to fetch, init ends before it returns.
  void texts.init({ lng: locale, fallbackLng: 'en', resources: { [locale]: { translation: LOCALES[locale] } }, initAsync: false, interpolation: { escapeValue: false }, showSupportNotice: false } as Parameters<typeof texts.init>[0]);
  return (key, values = {}) => texts.t(key, values);
}
