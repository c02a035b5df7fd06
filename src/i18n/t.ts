/** Texts for people: i18next's core behind one typed function. `locales/en.json` is the source of every key. */
import { createInstance } from 'i18next';
import en from '../../locales/en.json' with { type: 'json' };
import type { Translate } from './keys.ts';
import { rowOf, type Locale } from './locales.ts';

export type { TextKey, Translate } from './keys.ts';
export type { Locale } from './locales.ts';

/** Made when they are wanted: most commands say nothing on a screen. */
const known = new Map<Locale, Translate>();

/** The texts of a locale that is loaded already: English always is. */
export function loadedTranslator(locale: Locale): Translate | null {
  return locale === 'en' ? translator('en') : (known.get(locale) ?? null);
}

/** The texts of a locale. */
export async function loadTranslator(locale: Locale): Promise<Translate> {
  const before = loadedTranslator(locale);
  if (before !== null) return before;
  const texts = await rowOf(locale).load?.();
  const translate = translatorFor(locale, texts?.default ?? en);
  known.set(locale, translate);
  return translate;
}

export function translator(locale: 'en'): Translate {
  let translate = known.get(locale);
  if (translate === undefined) known.set(locale, (translate = translatorFor(locale, en)));
  return translate;
}

/** Says texts that are at hand. A text that is missing is English. */
export function translatorFor(locale: string, texts: object): Translate {
  const instance = createInstance();
  // Without resources to fetch, init ends before it returns.
  void instance.init({
    lng: locale,
    fallbackLng: 'en',
    resources: { en: { translation: en }, [locale]: { translation: texts } },
    initAsync: false,
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof instance.init>[0]);
  // Events of an older version may lack the count of a text that has plurals by now. The key comes last: what is not
  // there shows itself.
  const translate: Translate = (key, values = {}) =>
    instance.t('count' in values ? key : [key, `${key}_other`, key], values);
  return Object.assign(translate, { locale });
}
