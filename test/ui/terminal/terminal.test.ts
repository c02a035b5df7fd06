/** What a terminal is taken for, and what may be shown on it. */
import { describe, expect, test } from 'vitest';
import { cellsOf, cut, wrap } from '../../../src/ui/terminal/cells.ts';
import { showable } from '../../../src/ui/terminal/glyphs.ts';
import { keyPresses, nameOf, type InkKey } from '../../../src/ui/terminal/keymap.ts';
import { terminalOf } from '../../../src/ui/terminal/terminal.ts';
import { themeOf } from '../../../src/ui/terminal/theme.ts';

const terminal = (env: Record<string, string>): ReturnType<typeof terminalOf> =>
  terminalOf({ env, inputIsTerminal: true, outputIsTerminal: true });

describe('a terminal', () => {
  test.each([
    [
      { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' },
      { colour: '256', glyphs: 'unicode', alternateScreen: true, framesPerSecond: 30 },
    ],
    [
      { TERM: 'xterm', COLORTERM: 'truecolor', LC_ALL: 'C' },
      { colour: 'true', glyphs: 'ascii' },
    ],
    [
      { TERM: 'tmux-256color', LANG: 'C.UTF-8', SSH_CONNECTION: 'a b' },
      { glyphs: 'unicode', framesPerSecond: 15 },
    ],
    [{ TERM: 'tmux-256color', LANG: 'C.UTF-8', TMUX: '/tmp/tmux-0/default,1,0' }, { alternateScreen: true }],
    [{ TERM: 'screen', LANG: 'C.UTF-8', TMUX: '/tmp/tmux-0/default,1,0' }, { alternateScreen: true }],
    [
      { TERM: 'screen.xterm-256color', LANG: 'C.UTF-8', STY: '1.pts-0.host' },
      { alternateScreen: false, glyphs: 'unicode', colour: '256' },
    ],
    [
      { TERM: 'linux', LANG: 'de_DE.UTF-8' },
      { colour: '16', glyphs: 'cp437', alternateScreen: false },
    ],
    [
      { TERM: 'vt220', LANG: 'en_US.UTF-8' },
      { colour: 'none', glyphs: 'ascii', alternateScreen: false, framesPerSecond: 4, unaskedPerSecond: 0.5 },
    ],
    [
      { TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
      { colour: 'none', glyphs: 'unicode' },
    ],
    // The first that is set counts, as for every program.
    [{ TERM: 'xterm', LC_ALL: '', LC_CTYPE: 'C', LANG: 'en_US.UTF-8' }, { glyphs: 'ascii' }],
  ])('%j', (env, expected) => {
    expect(terminal(env as unknown as Record<string, string>)).toMatchObject({ refusal: null, ...expected });
  });

  test('none, or one without a cursor, is refused', () => {
    expect([
      terminal({ TERM: 'dumb' }).refusal,
      terminal({}).refusal,
      terminalOf({ env: { TERM: 'xterm' }, inputIsTerminal: false, outputIsTerminal: true }).refusal,
    ]).toEqual(['dumb', 'dumb', 'no-terminal']);
  });

  test('without colour no style names one', () => {
    expect(Object.values(themeOf({ colour: 'none', glyphs: 'ascii' })).some((style) => style.color !== undefined)).toBe(
      false,
    );
  });
});

describe('text on it', () => {
  test('control characters of a label never reach it', () => {
    expect(showable('disk\u001b[2J\u0007\u202e"x"', 'unicode')).toBe('disk [2J  "x"');
  });

  test('what it cannot show is replaced', () => {
    expect([showable('größer … 日', 'ascii'), showable('größer ─ 日', 'cp437')]).toEqual([
      'gr??er ... ?',
      'größer ─ ?',
    ]);
  });

  test('wide signs take two cells, and a cut never makes a row longer', () => {
    expect([cellsOf('日本'), cellsOf('e\u0301'), cut('日本語', 5, '…'), cut('abc', 0)]).toEqual([4, 1, '日本…', '']);
  });

  test('words are wrapped, long ones are cut in pieces', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefgh x', 3)).toEqual(['abc', 'def', 'gh', 'x']);
  });
});

describe('keys', () => {
  const plain: InkKey = {
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageDown: false,
    pageUp: false,
    home: false,
    end: false,
    return: false,
    escape: false,
    tab: false,
    backspace: false,
    delete: false,
    ctrl: false,
    shift: false,
    meta: false,
  };
  const names = (input: string, more: Partial<InkKey> = {}): string[] =>
    keyPresses(input, { ...plain, ...more }).map(nameOf);

  test('joined ones are taken apart, Enter among them', () => {
    expect(names('ab\r\u007f\u0015c')).toEqual(['a', 'b', 'enter', 'backspace', 'ctrl-u', 'c']);
  });

  test('Ctrl and Alt with a letter never type it', () => {
    expect([names('a', { ctrl: true }), names('a', { meta: true })]).toEqual([['ctrl-a'], []]);
  });

  test('Shift-Tab goes back', () => {
    expect(names('', { tab: true, shift: true })).toEqual(['backtab']);
  });
});

test('nothing is dim on a Linux console, where that is dark grey on black', () => {
  expect(Object.values(themeOf({ colour: '16', glyphs: 'cp437' })).some((style) => style.dimColor === true)).toBe(
    false,
  );
  expect(themeOf({ colour: '16', glyphs: 'unicode' }).quiet).toEqual({ dimColor: true });
});
