/** What people write for time zones, languages and keyboards becomes what systems know. */
import { describe, expect, test } from 'vitest';
import { understoodKeyboard, understoodLocale, understoodZone } from '../../src/profile/understood.ts';
import { minimalText, profileOf } from './fixtures.ts';

describe('time zones', () => {
  test.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Japan', 'Asia/Tokyo'],
    ['CET', 'Europe/Brussels'],
    ['EST5EDT', 'America/New_York'],
    ['Zulu', 'Etc/UTC'],
  ])('%s is %s today', (old, present) => {
    expect(understoodZone(old)).toBe(present);
  });
  test.each(['Europe/Berlin', 'Etc/UTC', 'UTC', 'Etc/GMT+5', 'Europe/Berlim'])('%s stays', (zone) => {
    expect(understoodZone(zone)).toBe(zone);
  });
});

describe('keyboards', () => {
  test.each([
    ['uk', 'gb', ''],
    ['de-latin1', 'de', ''],
    ['de-latin1-nodeadkeys', 'de', 'nodeadkeys'],
    ['german', 'de', ''],
    ['German (Switzerland)', 'ch', ''],
    ['sg', 'ch', 'de_nodeadkeys'],
    ['fr-latin9', 'fr', 'latin9'],
    ['fr_CH', 'ch', 'fr'],
    ['dvorak', 'us', 'dvorak'],
    ['us-acentos', 'us', 'intl'],
    ['colemak', 'us', 'colemak'],
    ['la-latin1', 'latam', ''],
    ['sv', 'se', ''],
    ['DE', 'de', ''],
    ['de(nodeadkeys)', 'de', 'nodeadkeys'],
    ['de(T3)', 'de', 'T3'],
    ['us-intl', 'us', 'intl'],
    ['us_intl', 'us', 'intl'],
    ['ua-utf', 'ua,us', ''],
    ['bg_pho-utf8', 'bg,us', ',phonetic'],
    ['us,uk', 'us,gb', ''],
    ['us,sg', 'us,ch', ',de_nodeadkeys'],
  ])('%s is the layout %s with the variant "%s"', (written, layout, variant) => {
    expect(understoodKeyboard({ layout: written, variant: '' })).toEqual({ layout, variant });
  });
  test.each([
    ['de', 'nodeadkeys'],
    ['us,ru', ',phonetic'],
    ['latam', ''],
    ['nosuch', ''],
    ['us"', ''],
  ])('%s with the variant "%s" stays', (layout, variant) => {
    const written = { layout, variant };
    expect(understoodKeyboard(written)).toBe(written);
  });
  test('a variant that was written is kept beside a console name', () => {
    expect(understoodKeyboard({ layout: 'uk', variant: 'dvorak' })).toEqual({ layout: 'gb', variant: 'dvorak' });
  });
});

test.each([
  ['de_DE.utf8', 'de_DE.UTF-8'],
  ['C.UTF8', 'C.UTF-8'],
  ['sr_RS.utf-8@latin', 'sr_RS.UTF-8@latin'],
  ['de_DE', 'de_DE'],
])('the locale %s is %s', (written, meant) => {
  expect(understoodLocale(written)).toBe(meant);
});

test('the effective profile has what is meant', () => {
  const { language, keyboard, timezone } = profileOf(minimalText, [
    'timezone=Asia/Calcutta',
    'language=en_IN.utf8',
    'keyboard={layout: uk}',
  ]);
  expect({ language, keyboard, timezone }).toEqual({
    language: 'en_IN.UTF-8',
    keyboard: { layout: 'gb', variant: '' },
    timezone: 'Asia/Kolkata',
  });
});
