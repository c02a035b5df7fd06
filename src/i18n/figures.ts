/** Sizes, durations and times as a language writes them. English is what the plain text says too. Pure. */
import { formatSeconds } from './seconds.ts';
import type { Translate } from './keys.ts';

export interface Figures {
  /** Whole MiB below 10 GiB, then GiB. */
  size(miB: number): string;
  duration(seconds: number): string;
  /** `2026-11-23 19:04`, in UTC. */
  time(text: string): string;
}

const GIB_FROM_MIB = 10_240;
const known = new WeakMap<Translate, Figures>();

export function figuresOf(t: Translate): Figures {
  let figures = known.get(t);
  if (figures === undefined) known.set(t, (figures = make(t, t.locale ?? 'en')));
  return figures;
}

function make(t: Translate, locale: string): Figures {
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });
  const duration = durationIn(locale);
  return {
    size: (miB) =>
      miB >= GIB_FROM_MIB ? t('units.gib', { size: tenths.format(miB / 1024) }) : t('units.mib', { size: miB }),
    duration,
    time: timeIn(locale),
  };
}

/** Newer than the oldest Node that is supported: what lacks it writes as English does. */
interface DurationFormat {
  format(parts: Readonly<Record<string, number>>): string;
}
const { DurationFormat } = Intl as unknown as {
  readonly DurationFormat?: new (locale: string, options: Readonly<Record<string, string>>) => DurationFormat;
};

function durationIn(locale: string): (seconds: number) => string {
  if (locale === 'en' || DurationFormat === undefined) return formatSeconds;
  const format = new DurationFormat(locale, { style: 'narrow' });
  const short = new DurationFormat(locale, { style: 'narrow', secondsDisplay: 'always' });
  return (seconds) => {
    const whole = Math.round(seconds);
    if (whole < 60) return short.format({ seconds: whole });
    if (whole < 3600) return format.format({ minutes: Math.floor(whole / 60), seconds: whole % 60 });
    return format.format({ hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
  };
}

function timeIn(locale: string): (text: string) => string {
  if (locale === 'en') return (text) => text;
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return (text) => {
    const time = Date.parse(`${text.replace(' ', 'T')}Z`);
    // A draft of another version may say it otherwise.
    return Number.isNaN(time) ? text : format.format(time);
  };
}
