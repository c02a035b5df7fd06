/**
 * The languages of the screens: one row each here, and one file in locales/ (docs/translating.md). Texts are loaded
 * when they are wanted.
 */

interface Row {
  /** In its own words: who is looking for it must find it. */
  readonly name: string;
  /** `latin`: Latin-1, which any Linux console has; `all`: more than that. */
  readonly characters: 'latin' | 'all';
  /** Which values of LANG mean it, by their language and country. */
  readonly means: RegExp;
  /** Null: English is always there. */
  readonly load: null | (() => Promise<{ readonly default: object }>);
}

const ROWS = {
  en: { name: 'English', characters: 'latin', means: /^en/, load: null },
  de: {
    name: 'Deutsch',
    characters: 'latin',
    means: /^de/,
    load: async () => await import('../../locales/de.json', { with: { type: 'json' } }),
  },
  fr: {
    name: 'français',
    characters: 'latin',
    means: /^fr/,
    load: async () => await import('../../locales/fr.json', { with: { type: 'json' } }),
  },
  es: {
    name: 'español',
    characters: 'latin',
    means: /^es/,
    load: async () => await import('../../locales/es.json', { with: { type: 'json' } }),
  },
  'pt-BR': {
    name: 'português (Brasil)',
    characters: 'latin',
    means: /^pt/,
    load: async () => await import('../../locales/pt-BR.json', { with: { type: 'json' } }),
  },
  ja: {
    name: '日本語',
    characters: 'all',
    means: /^ja/,
    load: async () => await import('../../locales/ja.json', { with: { type: 'json' } }),
  },
  // Who reads traditional characters may rather read English.
  'zh-CN': {
    name: '简体中文',
    characters: 'all',
    means: /^zh(_(CN|SG))?$/,
    load: async () => await import('../../locales/zh-CN.json', { with: { type: 'json' } }),
  },
  ru: {
    name: 'русский',
    characters: 'all',
    means: /^ru/,
    load: async () => await import('../../locales/ru.json', { with: { type: 'json' } }),
  },
} as const satisfies Readonly<Record<string, Row>>;

export type Locale = keyof typeof ROWS;
export const LOCALES = Object.keys(ROWS) as readonly Locale[];

export function rowOf(locale: Locale): Row {
  return ROWS[locale];
}

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && Object.hasOwn(ROWS, value);
}

/** What a screen can be in here: which languages, and which one at first. */
export interface ScreenLocales {
  readonly offered: readonly Locale[];
  readonly initial: Locale;
}

export const ENGLISH_ONLY: ScreenLocales = { offered: ['en'], initial: 'en' };

/** `glyphs`: what the terminal can show. POSIX: the first of these variables that is set and not empty counts. */
export function screenLocales(
  env: Readonly<Record<string, string | undefined>>,
  glyphs: 'unicode' | 'cp437' | 'ascii',
): ScreenLocales {
  const offered = LOCALES.filter(
    (locale) => locale === 'en' || glyphs === 'unicode' || (glyphs === 'cp437' && ROWS[locale].characters === 'latin'),
  );
  const wanted =
    [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  const meant = localeMeantBy(wanted);
  return { offered, initial: offered.find((locale) => locale === meant) ?? 'en' };
}

/** Of a value of LANG, such as `de_AT.UTF-8`, or a name of a locale. Null where it is none of ours. */
export function localeMeantBy(value: string): Locale | null {
  const place = value.replace(/[.@].*$/, '').replace('-', '_');
  return LOCALES.find((locale) => /^[a-z]{2}(_|$)/.test(place) && ROWS[locale].means.test(place)) ?? null;
}
