/** Cells of texts, and where lines may be broken, also in writing without blanks. */
import { describe, expect, test } from 'vitest';
import { cellsOf, cut, padStart, wrap } from '../../../src/ui/terminal/cells.ts';

describe('wrapping', () => {
  test('goes by words, and cuts one that is longer than its line', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('onetwothree x', 4)).toEqual(['onet', 'woth', 'ree', 'x']);
    expect(wrap('', 10)).toEqual(['']);
  });

  test('keeps the blanks inside a line as they are', () => {
    expect(wrap('rename it:  vgrename a b', 40)).toEqual(['rename it:  vgrename a b']);
  });

  test('breaks between wide signs, and fills the line', () => {
    expect(wrap('ディスクが小さい', 6)).toEqual(['ディス', 'クが小', 'さい']);
    expect(wrap('画面 xenbr0 画面', 7)).toEqual(['画面', 'xenbr0', '画面']);
    expect(wrap('见xenbr0画面', 8)).toEqual(['见xenbr0', '画面']);
  });

  test('never begins a line with a closing mark, nor ends one with an opening mark', () => {
    expect(wrap('画面。画面', 4)).toEqual(['画', '面。', '画面']);
    for (const line of wrap('ディスク（小さい）が、あります。「はい」と答えて', 9))
      expect(line).not.toMatch(/^[、。）」]|[（「]$/);
  });

  test('puts the text together again, and no line is too long', () => {
    const text = '該当するディスクがありません: /dev/sda (シリアル S-sda, 1000 MiB)。Xen と Dom0';
    for (let width = 8; width < 60; width++) {
      const lines = wrap(text, width);
      expect(lines.every((line) => cellsOf(line) <= width)).toBe(true);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });
});

test('wide signs take two cells, marks none', () => {
  expect([cellsOf('漢字'), cellsOf('e\u0301'), cellsOf('Привет'), cellsOf('한글')]).toEqual([4, 1, 6, 4]);
  expect([cut('漢字漢字', 5, '…'), padStart('漢', 4)]).toEqual(['漢字…', '  漢']);
});
