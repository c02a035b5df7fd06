/** The language of the wizard itself: no part of the profile. Shown where the terminal can show more than one. */
import { isLocale, rowOf } from '../../../i18n/locales.ts';
import type { Field } from '../screen.ts';

export const wizardLanguage: Field = {
  id: 'wizardLanguage',
  kind: 'choice',
  paths: () => [],
  read: ({ draft }) => draft.locale,
  write: (draft, value) => (isLocale(value) ? { ...draft, locale: value } : draft),
  fallback: ({ locales }) => locales.initial,
  isShown: ({ locales }) => locales.offered.length > 1,
  options: ({ locales }) => locales.offered.map((locale) => ({ value: locale, label: { text: rowOf(locale).name } })),
};
