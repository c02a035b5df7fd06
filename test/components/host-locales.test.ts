/** The host's screen in every language, and in two made-up ones, at 80×24: nothing leaves its place, nothing is cut. */
import { afterEach, describe, expect, test } from 'vitest';
import { keysOf, titleOf } from '../../components/host/host-frame.ts';
import type { Look } from '../../components/look.tsx';
import { LOCALES } from '../../src/i18n/locales.ts';
import { loadTranslator, type Translate } from '../../src/i18n/t.ts';
import { cellsOf } from '../../src/ui/terminal/cells.ts';
import { GLYPHS } from '../../src/ui/terminal/glyphs.ts';
import { ACTIONS } from '../../src/ui/host/actions.ts';
import { longLocale, wideLocale } from '../i18n/support.ts';
import { domu, NO_GATEWAY, pretendHost, reportOf, stopped } from '../ui/host-pretend.ts';
import { openHost, type HostOnScreen } from './support/host.ts';

let screen: HostOnScreen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});
const joined = (text: string): string => text.replaceAll(/\s+/g, '');

/** `isReal`: a made-up locale may be too long for its place, but must not break it. */
const SPEAKERS: readonly { readonly name: string; readonly isReal: boolean; speak(): Promise<Translate> }[] = [
  ...LOCALES.map((name) => ({ name, isReal: true, speak: async () => await loadTranslator(name) })),
  { name: 'longer by 40 %', isReal: false, speak: async () => longLocale },
  { name: 'all in wide signs', isReal: false, speak: async () => wideLocale },
];
/** Also those that only come later. */
const commands = [...new Set(ACTIONS.map(({ command }) => command)), 'domu add'];

describe.each(SPEAKERS)('in $name', ({ isReal, speak }) => {
  test('list, menu, questions and texts', async () => {
    const t = await speak();
    const look = { t, glyphs: GLYPHS.unicode, show: (text: string) => text } as Look;
    const host = pretendHost([domu('web1'), stopped('db1')]);
    host.report = reportOf([NO_GATEWAY]);
    screen = await openHost({ t, host, commands });
    const { press, until, rows, session, settled, text } = screen;
    const sound = async (where: string): Promise<void> => {
      const snapshot = session.getSnapshot();
      const keys = keysOf(snapshot, 79, look).join('');
      if (isReal) {
        await until(`the keys of ${where}`, () => joined(rows()[23] ?? '') === joined(keys));
        await until(`the title of ${where}`, () => joined(rows()[1] ?? '') === joined(titleOf(snapshot, look)));
      }
      await settled();
      expect(rows()).toHaveLength(24);
      expect(
        rows().filter((row) => cellsOf(row) > 79),
        where,
      ).toEqual([]);
      if (isReal)
        expect(
          rows().filter((row) => cellsOf(row) >= 78 && row.endsWith('…')),
          where,
        ).toEqual([]);
    };
    const opened = async (key: string): Promise<void> => {
      press(key);
      await until(`what ${key} opens`, () => session.getSnapshot().view.dialog !== null);
      await sound(key);
      press('escape');
      await until('the list again', () => session.getSnapshot().view.dialog === null);
    };
    await until('the host', () => text().includes('web1') && session.getSnapshot().state.status !== null);
    await until('its shares', () => session.getSnapshot().state.shares.size > 0);
    await sound('the list');
    // No head of a column is cut.
    if (isReal) expect(rows().filter((row) => row.includes('~'))).toEqual([]);
    for (const key of ['enter', 't', 'f', 'y', 'b', 'm', 'w', 'n', 'o', '?']) await opened(key);
    press('end');
    await until('the other DomU', () => session.getSnapshot().view.chosen.name === 'db1');
    await sound('one that is stopped');
    for (const key of ['enter', 'd']) await opened(key);
  });
});
