/**
 * Every screen in every language, and in two made-up ones, at 80×24: nothing leaves its place, nothing that matters is
 * cut.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { keysOf as runKeysOf } from '../../components/panes/run-frame.ts';
import { keysOf } from '../../components/screens/notes.ts';
import { LOCALES } from '../../src/i18n/locales.ts';
import { loadTranslator, type Translate } from '../../src/i18n/t.ts';
import { cellsOf } from '../../src/ui/terminal/cells.ts';
import { domuScreens, mainScreens } from '../../src/ui/questions/order.ts';
import { contextOf, currentScreen, shownFields, focusedField } from '../../src/ui/answers/context.ts';
import { stepOf } from '../../src/ui/wizard/flow.ts';
import type { SavedDraft } from '../../src/ui/wizard/state.ts';
import { longLocale, wideLocale } from '../i18n/support.ts';
import { openRun, type RunOnScreen } from './support/run.ts';
import { openWizard, type WizardScreen } from './support/wizard.ts';

let wizard: WizardScreen | null = null;
let run: RunOnScreen | null = null;
afterEach(async () => {
  await wizard?.close();
  await run?.close();
  [wizard, run] = [null, null];
});

/** `isReal`: a made-up locale may be too long for its place, but must not break it. */
const SPEAKERS: readonly { readonly name: string; readonly isReal: boolean; speak(): Promise<Translate> }[] = [
  ...LOCALES.map((name) => ({ name, isReal: true, speak: async () => await loadTranslator(name) })),
  { name: 'longer by 40 %', isReal: false, speak: async () => longLocale },
  { name: 'all in wide signs', isReal: false, speak: async () => wideLocale },
];
/** Blanks of wrapping and of columns are none of the text. */
const joined = (text: string): string => text.replaceAll(/\s+/g, '');

/** 24 rows, the last column free, and no row that ends in the sign of being cut (a key of SSH is longer than any row). */
function expectSound(rows: readonly string[], isReal: boolean, where: string): void {
  expect(rows).toHaveLength(24);
  expect(
    rows.filter((row) => cellsOf(row) > 79),
    where,
  ).toEqual([]);
  if (isReal)
    expect(
      rows.filter((row) => cellsOf(row) >= 78 && row.endsWith('…') && !row.includes('ssh-ed25519')),
      where,
    ).toEqual([]);
}

describe.each(SPEAKERS)('in $name', ({ name, isReal, speak }) => {
  const open = async (savedDraft?: SavedDraft): Promise<{ wizard: WizardScreen; t: Translate }> => {
    const t = await speak();
    wizard = await openWizard({
      locales: { offered: LOCALES, initial: isReal ? (name as 'en') : 'de' },
      load: async () => t,
      ...(savedDraft === undefined ? {} : { savedDraft }),
    });
    return { wizard, t };
  };
  const look = (t: Translate) => ({ t }) as Parameters<typeof keysOf>[1] & Parameters<typeof runKeysOf>[1];

  /** The screen that the state says is there, whole. */
  async function expectScreen({ session, rows, text, until, settled }: WizardScreen, t: Translate): Promise<void> {
    const state = session.getState();
    const step = t('frame.step', { ...stepOf(state) });
    const title = state.dialog?.kind === 'keys' ? t('keys.title') : t(`screens.${currentScreen(state).id}`);
    const where = `${title} (${state.place.screen})`;
    await until(
      where,
      () =>
        rows()[0]
          ?.trimEnd()
          .endsWith(isReal ? step : step.slice(-3)) === true &&
        joined(rows()[1] ?? '').startsWith(joined(title).slice(0, 20)) &&
        !text().includes(t('frame.probing')),
    );
    if (isReal)
      await until(`the keys of ${where}`, () => joined(rows()[23] ?? '') === joined(keysOf(state, look(t)).join('')));
    await settled();
    expectSound(rows(), isReal, where);
    if (!isReal) return;
    expect(rows()[0]).toMatch(/^ Xenwright . /);
    if (currentScreen(state).kind === 'form' && state.dialog === null) {
      const labels = shownFields(currentScreen(state), contextOf(state)).map((field) => t(`fields.${field.id}.label`));
      // What is below the screen is scrolled to.
      const seen = labels.filter((label) => text().includes(label));
      expect(seen.length, `${where}: ${labels.join(', ')}`).toBeGreaterThanOrEqual(Math.min(labels.length, 8));
    }
  }

  test('the whole wizard, a DomU, and its questions', async () => {
    const { wizard: screen, t } = await open();
    const { session, press, until, rows, shows } = screen;
    const isAt = async (id: string): Promise<void> => {
      await until(id, () => session.getState().place.screen === id && session.getState().environment !== null);
      await expectScreen(screen, t);
    };
    for (const { id, kind } of mainScreens.filter((one) => one.id !== 'disk')) {
      await isAt(id);
      if (kind === 'form') {
        // Every field with its help and its keys.
        for (
          let focus = 0;
          focus < shownFields(currentScreen(session.getState()), contextOf(session.getState())).length;
          focus++
        ) {
          await until('the next field', () => session.getState().focus === focus);
          await expectScreen(screen, t);
          // The rarer questions have a screen of their own.
          if (focusedField(session.getState())?.id === 'hostMore') press('space');
          press('tab');
        }
      }
      if (id === 'domus') {
        press('a');
        for (const one of domuScreens) {
          await isAt(one.id);
          if (one.id === 'software') press('tab', 'tab', 'tab', 'space');
          press('ctrl-n');
        }
        await isAt('domus');
        // The heads of the table.
        if (isReal) expect(rows().filter((row) => row.includes('~'))).toEqual([]);
      }
      for (const question of ['ctrl-g', 'ctrl-c']) {
        press(question);
        await until('the question', () => session.getState().dialog !== null);
        await expectScreen(screen, t);
        press('escape');
        await until('the screen again', () => session.getState().dialog === null);
      }
      if (id !== 'review') press('ctrl-n');
    }
    await shows(t('review.start').slice(0, 8));
    press('ctrl-x');
    await until('the export', () => session.getState().dialog?.kind === 'export');
    await expectScreen(screen, t);
  });

  test('answers of before', async () => {
    const { wizard: screen, t } = await open({
      draft: { target: {}, profile: { version: 1 } },
      place: { screen: 'network', domu: null },
      asksAll: true,
      time: '2026-11-23 19:04',
    });
    await screen.shows('2026');
    expectSound(screen.rows(), isReal, 'draft');
    expect(joined(screen.text())).toContain(joined(t('dialogs.resume')));
  });

  test('a run: panes, log, keys, what failed, the question, the end', async () => {
    const t = await speak();
    run = await openRun({
      t,
      can: { detach: true, retry: true, shell: true, exportLog: true },
      logPath: '/s/log.txt',
      logins: {
        dom0: { user: 'admin', byKey: true, bySshPassword: false, byPassword: true, root: 'password' },
        web1: null,
      },
    });
    const { run: events, press, until, rows, text, session, settled } = run;
    const sound = async (where: string): Promise<void> => {
      const snapshot = session.getSnapshot();
      if (isReal)
        await until(
          `keys of ${where}`,
          () => joined(rows()[23] ?? '') === joined(runKeysOf(snapshot, look(t)).join('')),
        );
      await settled();
      // The log is cut at the edge: what runs prints is as long as it is.
      expectSound(
        rows().map((row) => (/^\d\d:\d\d:\d\d/.test(row) ? '' : row)),
        isReal,
        where,
      );
    };
    events.start(0, ['host', 'dom0', 'web1']);
    events.begin(0, 'host/disk');
    await until('the first pane', () => text().includes('host'));
    await sound('panes');
    events.whole(1, 'host');
    events.begin(5, 'web1/root');
    events.fail(6, 'web1/root');
    await until('the failure', () => session.getSnapshot().state.failures.length === 1);
    await sound('a failure');
    for (const key of ['f', 'l', '?', 'q']) {
      press(key);
      await sound(key);
      press('escape');
      await until(
        'the panes again',
        () => session.getSnapshot().view.dialog === null && session.getSnapshot().view.mode !== 'keys',
      );
    }
    events.whole(7, 'dom0', ['192.0.2.7/24']);
    events.end(12, 'failed');
    await until('the end', () => session.getSnapshot().state.end !== null);
    await until('its screen', () => joined(text()).includes(joined(t('run.titleFailures')).slice(0, 10)));
    await sound('the end');
  });
});

test('the language that is chosen is that of the screen at once, and it is kept with the answers', async () => {
  wizard = await openWizard({ locales: { offered: LOCALES, initial: 'en' } });
  const { press, shows, session, ports } = wizard;
  await shows('English');
  press('right');
  const de = await loadTranslator('de');
  await shows(de('screens.language'));
  await shows('Deutsch');
  press('left', 'left');
  const ru = await loadTranslator('ru');
  await shows(ru('screens.language'));
  press('ctrl-n');
  await shows(ru('screens.target'));
  expect(session.getState().draft.locale).toBe('ru');
  expect(ports.saved.at(-1)?.draft.locale).toBe('ru');
  // No part of what is installed.
  expect(JSON.stringify(session.getState().draft.profile)).not.toContain('ru');
});

test('findings are said in the language of the screen', async () => {
  const t = await loadTranslator('de');
  wizard = await openWizard({ locales: { offered: LOCALES, initial: 'de' } });
  const { press, until, session, shows } = wizard;
  await until('this machine', () => session.getState().environment !== null);
  press('ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n');
  await until('the name', () => session.getState().place.screen === 'identity');
  press('ctrl-u', 'x', '_', 'y');
  await shows(t('findings.bad-hostname.form.message', { name: 'x_y' }));
});

test('titles of actions are those of the language', async () => {
  const t = await loadTranslator('de');
  run = await openRun({ t });
  run.run.say(0, {
    type: 'run.started',
    planHash: 'ab',
    hostname: 'xen1',
    resumed: false,
    actions: [
      {
        id: 'host/a',
        kind: 'storage.make',
        domain: 'host',
        title: 'Make the volume group vg_xen1',
        said: { id: 'group', values: { group: 'vg_xen1' } },
        weight: 1,
        needs: [],
      },
    ],
  });
  run.run.begin(0, 'host/a');
  await run.shows(t('actions.group', { group: 'vg_xen1' }));
});
