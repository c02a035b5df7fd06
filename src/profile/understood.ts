/**
 * What people write and what is meant by it, where a system knows it by another name: old time zones, the console's
 * names of keyboards, `utf8`. The effective profile has what is meant. Pure.
 */
import consoleNames from '../../assets/distributions/console-keyboards.txt' with { type: 'text' };
import layoutNames from '../../assets/distributions/keyboard-names.txt' with { type: 'text' };
import oldZones from '../../assets/distributions/old-zones.txt' with { type: 'text' };
import { linesOfList } from '../plan/distributions/release-lists.ts';

/** A layout of xkb and its variant, '' for the usual one; several are parted by commas in both. */
export interface Keyboard {
  readonly layout: string;
  readonly variant: string;
}

/** By languages, where xkb goes by countries, and by variants that have a name of their own. */
const MORE_KEYBOARDS: Readonly<Record<string, readonly [layout: string, variant?: string]>> = {
  en: ['us'],
  cs: ['cz'],
  da: ['dk'],
  el: ['gr'],
  fa: ['ir'],
  he: ['il'],
  ja: ['jp'],
  nb: ['no'],
  sl: ['si'],
  sr: ['rs'],
  sv: ['se'],
  vi: ['vn'],
  zh: ['cn'],
  ar: ['ara'],
  bepo: ['fr', 'bepo'],
  colemak: ['us', 'colemak'],
  intl: ['us', 'intl'],
  neo: ['de', 'neo'],
  workman: ['us', 'workman'],
};

/** The present name of a time zone. */
export function understoodZone(zone: string): string {
  zones ??= new Map(linesOfList(oldZones).map(([old = '', present = '']) => [old, present]));
  return zones.get(zone) ?? zone;
}
let zones: ReadonlyMap<string, string> | null = null;

/** `utf8` in any case is UTF-8. */
export function understoodLocale(locale: string): string {
  return locale.replace(/\.utf-?8(?=$|@)/i, '.UTF-8');
}

/** Each layout for itself: several stand beside each other, parted by commas, and so do their variants. */
export function understoodKeyboard(written: Keyboard): Keyboard {
  const { layout, variant } = written;
  const variants = variant.split(',');
  const found = layout.split(',').map((name, index) => understoodLayout(name.trim(), variants[index] ?? ''));
  if (found.every((one, index) => one.layout === layout.split(',')[index] && one.variant === (variants[index] ?? '')))
    return written;
  const joined = found.map((one) => one.variant).join(',');
  return { layout: found.map((one) => one.layout).join(','), variant: /^,*$/.test(joined) ? '' : joined };
}

function understoodLayout(written: string, variant: string): Keyboard {
  keyboards ??= readKeyboards();
  const { layouts, others } = keyboards;
  if (layouts.has(written)) return { layout: written, variant };
  const name = written.toLowerCase();
  const known = layouts.has(name) ? { layout: name, variant: '' } : others.get(name);
  if (known !== undefined) return { layout: known.layout, variant: variant === '' ? known.variant : variant };
  // `de(nodeadkeys)` is how xkb itself writes it, `de-nodeadkeys` how files of keyboards are called.
  const parts = /^([a-z]{2,5})(?:\(([\w-]+)\)|[-_]([\w-]+))$/.exec(name);
  const [, layout = '', inBrackets, afterDash] = parts ?? [];
  if (variant !== '' || !layouts.has(layout)) return { layout: written, variant };
  return { layout, variant: written.slice(layout.length + 1).slice(0, (inBrackets ?? afterDash ?? '').length) };
}

interface Keyboards {
  readonly layouts: ReadonlySet<string>;
  /** By other names, in small letters. */
  readonly others: ReadonlyMap<string, Keyboard>;
}
let keyboards: Keyboards | null = null;

function readKeyboards(): Keyboards {
  const names = linesOfList(layoutNames);
  return {
    layouts: new Set(names.map(([layout = '']) => layout)),
    others: new Map([
      ...names.map(([layout = '', ...words]) => [words.join(' ').toLowerCase(), { layout, variant: '' }] as const),
      ...Object.entries(MORE_KEYBOARDS).map(([name, [layout, variant = '']]) => [name, { layout, variant }] as const),
      ...linesOfList(consoleNames).map(
        ([name = '', layout = '', variant = '']) => [name.toLowerCase(), { layout, variant }] as const,
      ),
    ]),
  };
}
