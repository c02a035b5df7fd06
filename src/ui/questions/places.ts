/** Long lists: languages, keyboards, time zones. Names come from ICU, as far as it has them. */
import { understoodZone } from '../../profile/understood.ts';
import type { Context, Option } from './screen.ts';

const LOCALES = [
  'C.UTF-8',
  'ar_EG',
  'bg_BG',
  'bn_BD',
  'bs_BA',
  'ca_ES',
  'cs_CZ',
  'cy_GB',
  'da_DK',
  'de_AT',
  'de_CH',
  'de_DE',
  'de_LU',
  'el_GR',
  'en_AU',
  'en_CA',
  'en_GB',
  'en_IE',
  'en_IN',
  'en_NZ',
  'en_US',
  'en_ZA',
  'es_AR',
  'es_CL',
  'es_CO',
  'es_ES',
  'es_MX',
  'es_US',
  'et_EE',
  'eu_ES',
  'fa_IR',
  'fi_FI',
  'fr_BE',
  'fr_CA',
  'fr_CH',
  'fr_FR',
  'fr_LU',
  'ga_IE',
  'gl_ES',
  'he_IL',
  'hi_IN',
  'hr_HR',
  'hu_HU',
  'id_ID',
  'is_IS',
  'it_CH',
  'it_IT',
  'ja_JP',
  'ka_GE',
  'kk_KZ',
  'ko_KR',
  'lt_LT',
  'lv_LV',
  'mk_MK',
  'ms_MY',
  'nb_NO',
  'nl_BE',
  'nl_NL',
  'nn_NO',
  'pl_PL',
  'pt_BR',
  'pt_PT',
  'ro_RO',
  'ru_RU',
  'sk_SK',
  'sl_SI',
  'sq_AL',
  'sr_RS',
  'sv_FI',
  'sv_SE',
  'ta_IN',
  'th_TH',
  'tr_TR',
  'uk_UA',
  'vi_VN',
  'zh_CN',
  'zh_HK',
  'zh_SG',
  'zh_TW',
];

/** Codes of xkb, and the country or language each is of. */
const LAYOUTS = [
  'us',
  'gb',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'br',
  'at',
  'be',
  'bg',
  'ca',
  'ch',
  'cn',
  'cz',
  'dk',
  'ee',
  'fi',
  'ge',
  'gr',
  'hr',
  'hu',
  'ie',
  'il',
  'in',
  'ir',
  'is',
  'jp',
  'kr',
  'kz',
  'latam',
  'lt',
  'lv',
  'mk',
  'nl',
  'no',
  'pl',
  'ro',
  'rs',
  'ru',
  'se',
  'si',
  'sk',
  'th',
  'tr',
  'tw',
  'ua',
  'vn',
  'za',
];

/** Built when first asked for, once in each language: ICU takes its time. */
function once(build: (locale: string) => readonly Option[]): (context: Pick<Context, 'locale'>) => readonly Option[] {
  const known = new Map<string, readonly Option[]>();
  return ({ locale }) => {
    let options = known.get(locale);
    if (options === undefined) known.set(locale, (options = build(locale)));
    return options;
  };
}

export const languages = once((locale) => {
  const tongues = new Intl.DisplayNames([locale], { type: 'language' });
  return LOCALES.map((code): Option =>
    code === 'C.UTF-8'
      ? { value: code, label: { key: 'options.neutral' } }
      : { value: `${code}.UTF-8`, label: { text: tongues.of(code.replace('_', '-')) ?? code } },
  );
});

export const keyboards = once((locale) => {
  const regions = new Intl.DisplayNames([locale], { type: 'region' });
  return LAYOUTS.map((code): Option => ({
    value: code,
    label: code === 'latam' ? { key: 'options.latinAmerica' } : { text: regions.of(code.toUpperCase()) ?? code },
  }));
});

let zoneOptions: readonly Option[] | null = null;

/** By their present names. */
export function timezones(): readonly Option[] {
  zoneOptions ??= [...new Set(['Etc/UTC', ...Intl.supportedValuesOf('timeZone')].map(understoodZone))].map((zone) => ({
    value: zone,
    label: { text: zone.replaceAll('_', ' ') },
  }));
  return zoneOptions;
}
