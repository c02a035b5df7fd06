/** Editing a line and moving in a list, as pure functions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  highlighted,
  matching,
  moveSelect,
  selectState,
  windowOf,
  type SelectItem,
} from '../../../src/ui/inputs/select-state.ts';
import { textEditOf } from '../../../src/ui/inputs/text-keys.ts';
import { textPieces } from '../../../components/inputs/text-pieces.ts';
import { editText, textState, type TextEdit } from '../../../src/ui/inputs/text-state.ts';
import { cellsOf } from '../../../src/ui/terminal/cells.ts';

const edit = (text: string, cursor: number, ...edits: TextEdit[]): [string, number] => {
  const { text: after, cursor: at } = edits.reduce(editText, { text, cursor });
  return [after, at];
};

describe('a line of text', () => {
  test('typed, moved in and erased', () => {
    expect(edit('abc', 3, 'left', { insert: 'x' })).toEqual(['abxc', 3]);
    expect(edit('abc', 1, 'backspace')).toEqual(['bc', 0]);
    expect(edit('abc', 1, 'delete')).toEqual(['ac', 1]);
    expect(edit('abc', 2, 'delete-before')).toEqual(['c', 0]);
    expect(edit('abc', 1, 'delete-after')).toEqual(['a', 1]);
    expect(edit('one two', 7, 'delete-word')).toEqual(['one ', 4]);
    expect(edit('one two ', 8, 'delete-word')).toEqual(['one ', 4]);
    expect(edit('one two', 0, 'word-right')).toEqual(['one two', 3]);
  });

  test('what people see as one character goes as one', () => {
    expect(edit('a👩‍👩‍👧b', 9, 'backspace')).toEqual(['ab', 1]);
    expect(edit('e\u0301x', 2, 'left')).toEqual(['e\u0301x', 0]);
  });

  test('line ends and other control characters never get in', () => {
    expect(edit('', 0, { insert: 'a\r\nb\u001b[A' })).toEqual(['ab[A', 4]);
  });

  test('Ctrl-A and Delete do what they say, and letters type', () => {
    expect([
      textEditOf({ ctrl: 'a' }),
      textEditOf({ key: 'delete' }),
      textEditOf({ char: 'a' }),
      textEditOf({ key: 'enter' }),
    ]).toEqual(['home', 'delete', { insert: 'a' }, null]);
  });

  test('whatever is done, the cursor stays in the text', () => {
    const edits = fc.constantFrom<TextEdit>(
      'left',
      'right',
      'home',
      'end',
      'word-left',
      'word-right',
      'backspace',
      'delete',
      'delete-word',
      'delete-before',
      'delete-after',
      { insert: 'ä' },
      { insert: 'x y' },
      { insert: '👩‍👧' },
    );
    fc.assert(
      fc.property(fc.string(), fc.array(edits), (text, list) => {
        const { text: after, cursor } = list.reduce(editText, textState(text));
        return cursor >= 0 && cursor <= after.length;
      }),
    );
  });

  test('drawn in its place: never wider, the cursor always in view', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'ä', '日', ' ') }),
        fc.nat(40),
        fc.integer({ min: 4, max: 30 }),
        (text, at, width) => {
          const pieces = textPieces({ text, cursor: Math.min(at, text.length) }, width);
          return (
            pieces.reduce((sum, piece) => sum + cellsOf(piece.text), 0) <= width + 1 && pieces[1]?.style === 'cursor'
          );
        },
      ),
    );
  });

  test('a password shows as many marks as it has characters', () => {
    expect(
      textPieces(textState('geheim'), 20, '*')
        .map(({ text }) => text)
        .join(''),
    ).toBe('****** ');
  });
});

describe('a list', () => {
  const items: readonly SelectItem[] = ['Europe/Berlin', 'Europe/Paris', 'America/New_York', 'Asia/Tokyo'].map(
    (value) => ({ value, label: value.replace('_', ' ') }),
  );

  test('the ends are ends', () => {
    const first = selectState(items, null);
    expect(moveSelect(items, first, 'up').value).toBe('Europe/Berlin');
    expect(moveSelect(items, moveSelect(items, first, 'last'), 'down').value).toBe('Asia/Tokyo');
  });

  test('searching narrows by all words; erasing widens and keeps the highlight', () => {
    const typed = [...'new y'].reduce((state, type) => moveSelect(items, state, { type }), selectState(items, null));
    expect([typed.value, matching(items, typed.filter).length]).toEqual(['America/New_York', 1]);
    const wider = moveSelect(items, typed, 'narrower');
    expect([wider.filter, wider.value]).toEqual(['new ', 'America/New_York']);
  });

  test('nothing fits: nothing is highlighted, and nothing breaks', () => {
    const typed = moveSelect(items, selectState(items, null), { type: '(' });
    expect([typed.value, moveSelect(items, typed, 'down').value, highlighted([], typed)]).toEqual([null, null, 0]);
  });

  test('the highlight stays at its item when others come, and at its place when it goes', () => {
    const state = moveSelect(items, selectState(items, null), 'down');
    expect(highlighted([{ value: 'new', label: 'new' }, ...items], state)).toBe(2);
    expect(
      highlighted(
        items.filter(({ value }) => value !== 'Europe/Paris'),
        state,
      ),
    ).toBe(1);
  });

  test('the rows around the highlight', () => {
    expect([windowOf(200, 0, 10), windowOf(200, 100, 10), windowOf(200, 199, 10), windowOf(3, 2, 10)]).toEqual([
      { from: 0, to: 10 },
      { from: 95, to: 105 },
      { from: 190, to: 200 },
      { from: 0, to: 3 },
    ]);
  });
});
