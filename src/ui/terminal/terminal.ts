/** What a terminal can do, from its environment alone: colour, glyphs, alternate screen, frames a second. Pure. */
import { screenLocales, type ScreenLocales } from '../../i18n/locales.ts';

export interface TerminalFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly inputIsTerminal: boolean;
  readonly outputIsTerminal: boolean;
}

export interface Terminal {
  /** Null: the wizard can draw. Else why it cannot. */
  readonly refusal: 'no-terminal' | 'dumb' | null;
  readonly colour: 'none' | '16' | '256' | 'true';
  readonly glyphs: 'unicode' | 'cp437' | 'ascii';
  /** Languages whose signs it has, and the one to begin with. */
  readonly locales: ScreenLocales;
  /** Linux consoles, real terminals and GNU screen ignore the switch, or never come back from it. */
  readonly alternateScreen: boolean;
  readonly framesPerSecond: number;
  /** Frames a second that no key asked for: a serial line of 9600 baud takes two seconds for a screen. */
  readonly unaskedPerSecond: number;
  readonly incremental: boolean;
  /** A screen reader reads it: words line under line, no picture. */
  readonly spoken: boolean;
}

export function terminalOf({ env, inputIsTerminal, outputIsTerminal }: TerminalFacts): Terminal {
  const name = env['TERM'] ?? '';
  const isConsole = name.startsWith('linux');
  // What getty sets on a serial line, and what such lines are: slow and without colour.
  const isSerial = /^(vt\d|ansi$)/.test(name);
  // GNU screen ignores the switch unless told otherwise; tmux, which may call itself the same, does not.
  const isScreen = name.startsWith('screen') && (env['TMUX'] ?? '') === '';
  const isUtf8 = /utf-?8/i.test(firstOf(env['LC_ALL'], env['LC_CTYPE'], env['LANG']));
  // Ink's own name for it.
  const spoken = ['1', 'true'].includes(env['INK_SCREEN_READER'] ?? '');
  const glyphs = isSerial || !isUtf8 ? 'ascii' : isConsole ? 'cp437' : 'unicode';
  return {
    refusal:
      !inputIsTerminal || !outputIsTerminal
        ? 'no-terminal'
        : name === '' || name === 'dumb' || name === 'unknown'
          ? 'dumb'
          : null,
    colour:
      isSerial || (env['NO_COLOR'] ?? '') !== '' || env['FORCE_COLOR'] === '0'
        ? 'none'
        : colourOf(name, env['COLORTERM'] ?? ''),
    glyphs,
    locales: screenLocales(env, glyphs),
    // What has been said must stay where it can be read again.
    alternateScreen: !isConsole && !isSerial && !isScreen && !spoken,
    framesPerSecond: isSerial ? 4 : (env['SSH_CONNECTION'] ?? '') === '' ? 30 : 15,
    unaskedPerSecond: isSerial ? 0.5 : 15,
    incremental: true,
    spoken,
  };
}

/** POSIX: the first that is set and not empty counts. */
function firstOf(...values: (string | undefined)[]): string {
  return values.find((value) => value !== undefined && value !== '') ?? '';
}

function colourOf(name: string, colorTerm: string): Terminal['colour'] {
  if (name.startsWith('linux')) return '16';
  if (/truecolor|24bit/.test(colorTerm)) return 'true';
  return name.includes('256color') ? '256' : '16';
}
