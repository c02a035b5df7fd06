/** The answers of an earlier session, as they are read back: another version's, or changed by hand. Pure. */
import { isLocale } from '../../i18n/locales.ts';
import { isMap, type Draft, type Plain, type PlainMap, type TargetAnswers } from '../answers/draft.ts';
import type { ScreenId } from '../questions/screen.ts';
import type { SavedDraft } from './state.ts';

/** As they are written: `2026-11-30 18:05`. */
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d$/;

/** Null where they are none. What is only about the way through the screens is left out where it is not understood. */
export function savedDraftIn(value: unknown): SavedDraft | null {
  const { draft, place, asksAll, time } = recordOf(value);
  const { profile, target, locale, more } = recordOf(draft);
  if (!isMap(profile) || !isMap(target) || typeof time !== 'string' || !TIME.test(time)) return null;
  const { screen, domu } = recordOf(place);
  return {
    draft: { profile, target: targetIn(target), ...(isLocale(locale) ? { locale } : {}), ...moreIn(recordOf(more)) },
    // Whether there is such a screen is looked at when the answers are taken.
    place: {
      screen: (typeof screen === 'string' ? screen : '') as ScreenId,
      domu: typeof domu === 'number' && Number.isSafeInteger(domu) && domu >= 0 ? domu : null,
    },
    asksAll: asksAll !== false,
    time,
  };
}

function targetIn({ kind, file, size }: PlainMap): TargetAnswers {
  return {
    ...(kind === 'image' || kind === 'disks' ? { kind } : {}),
    ...(typeof file === 'string' ? { file } : {}),
    ...(typeof size === 'string' ? { size } : {}),
  };
}

function moreIn({ host, domus }: PlainMap): Pick<Draft, 'more'> {
  const more = { ...(typeof host === 'boolean' ? { host } : {}), ...(typeof domus === 'boolean' ? { domus } : {}) };
  return Object.keys(more).length === 0 ? {} : { more };
}

function recordOf(value: unknown): PlainMap {
  return isMap(value as Plain) ? (value as PlainMap) : {};
}
