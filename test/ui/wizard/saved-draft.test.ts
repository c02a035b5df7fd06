/** Answers of an earlier session that are read back: what is understood is kept, and nothing of it ends the wizard. */
import { describe, expect, it } from 'vitest';
import { beginning, reduce } from '../../../src/ui/wizard/reduce.ts';
import { savedDraftIn } from '../../../src/ui/wizard/saved-draft.ts';
import { environmentOf, pressOf } from './drive.ts';

const saved = {
  draft: { target: { kind: 'image', file: 'a.img' }, profile: { version: 1 }, locale: 'de', more: { host: true } },
  place: { screen: 'admin', domu: null },
  asksAll: false,
  time: '2026-11-30 18:05',
};

describe('answers that were saved', () => {
  it('come back as they were', () => {
    expect(savedDraftIn(saved)).toEqual(saved);
  });

  it.each([
    null,
    5,
    [],
    {},
    { ...saved, draft: null },
    { ...saved, draft: { ...saved.draft, profile: [] } },
    { ...saved, draft: { ...saved.draft, target: 'image' } },
    { ...saved, time: '\u001b[2J' },
    { ...saved, time: 5 },
  ])('that are none (%j) count as none', (value) => {
    expect(savedDraftIn(value)).toBeNull();
  });

  it.each([
    [{ place: null }, { place: { screen: '', domu: null } }],
    [{ place: { screen: ['admin'], domu: 'x' } }, { place: { screen: '', domu: null } }],
    [{ place: { screen: 'admin' } }, { place: { screen: 'admin', domu: null } }],
    [{ place: { screen: 'admin', domu: -1 } }, { place: { screen: 'admin', domu: null } }],
    [{ asksAll: 'x' }, { asksAll: true }],
    [{ draft: { ...saved.draft, locale: 'xx' } }, { draft: { target: saved.draft.target } }],
    [{ draft: { ...saved.draft, more: [] } }, { draft: { locale: 'de' } }],
    [{ draft: { ...saved.draft, target: { kind: 'cloud', file: 5 } } }, { draft: { target: {} } }],
  ])('with %j are kept without what is not understood', (changes, kept) => {
    const read = savedDraftIn({ ...saved, ...changes });
    expect(read).toMatchObject(kept);
    expect(read?.draft.profile).toEqual({ version: 1 });
  });

  it.each(['a-screen-of-another-version', '', '__proto__', 'constructor', 'domu'])(
    'on the screen %j go on at the first one',
    (screen) => {
      for (const domu of [null, 0, 7]) {
        const read = savedDraftIn({ ...saved, place: { screen, domu } });
        let state = beginning({ size: { columns: 80, rows: 24 }, saved: read });
        state = reduce(state, { type: 'environment', environment: environmentOf(), isRescan: false }).state;
        state = reduce(state, { type: 'key', press: pressOf('enter') }).state;
        expect([state.dialog, state.place.screen]).toEqual([null, 'language']);
        expect(state.draft.profile).toEqual({ version: 1 });
      }
    },
  );
});
