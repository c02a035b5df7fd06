/**
 * A picture on the whole terminal: Ink is started on it, and the terminal is given back as it was, whatever happened in
 * between.
 */
import { render } from 'ink';
import type { ReactNode } from 'react';
import { LookContext, type Look } from '../../../components/look.tsx';
import type { TextKey, Translate } from '../../i18n/t.ts';
import { GLYPHS, showable } from '../terminal/glyphs.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { themeOf } from '../terminal/theme.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}
export interface FullScreenOptions {
  readonly terminal: Terminal;
  readonly t: Translate;
  readonly streams: Streams;
  /** What stands on every frame, like that it is a demo. */
  readonly mark?: TextKey | undefined;
  /** Ink's own limit. */
  readonly framesPerSecond: number;
  onResized(size: { readonly columns: number; readonly rows: number }): void;
  /** At SIGTERM and SIGHUP. */
  onStop(): void;
}
export interface FullScreen {
  /** Everything anew, for screens that something else has written on. */
  redraw(): void;
  /** Resolves when the picture ends by itself; rejects when drawing failed. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

/** Cursor home, erase everything: for terminals without an alternate screen, and for drawing again. */
const WIPE = '\u001b[H\u001b[2J';

/**
 * Linux consoles are set to one byte a sign where console-setup was never told a character set, whatever the locale
 * says.
 */
const UTF8_SIGNS = '\u001b%G';

export function openFullScreen(
  picture: ReactNode,
  { terminal, t, streams: { stdin, stdout }, mark, framesPerSecond, onResized, onStop }: FullScreenOptions,
): FullScreen {
  // Keys typed before Ink listens would be echoed onto the screen.
  stdin.setRawMode(true);
  // Nothing is wiped that a screen reader has read, or is to read.
  const wipe = (): void => {
    if (!terminal.spoken) stdout.write(WIPE);
  };
  if (terminal.glyphs === 'cp437') stdout.write(UTF8_SIGNS);
  if (!terminal.alternateScreen) wipe();
  const app = render(<LookContext value={lookOf(terminal, t, mark)}>{picture}</LookContext>, {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    // Ink's own guess draws nothing where CI is set.
    interactive: true,
    alternateScreen: terminal.alternateScreen,
    maxFps: framesPerSecond,
    incrementalRendering: terminal.incremental,
    isScreenReaderEnabled: terminal.spoken,
  });
  const resized = (): void => onResized({ columns: stdout.columns, rows: stdout.rows });
  stdout.on('resize', resized);
  process.on('SIGTERM', onStop);
  process.on('SIGHUP', onStop);
  return {
    redraw() {
      if (terminal.spoken) return;
      app.clear();
      wipe();
    },
    ended: app.waitUntilExit(),
    async close() {
      stdout.off('resize', resized);
      app.unmount();
      await app.waitUntilExit().catch(() => undefined);
      stdin.setRawMode(false);
      // The last frame would stay, and what is printed next would lie across it.
      if (!terminal.alternateScreen) wipe();
      process.off('SIGTERM', onStop);
      process.off('SIGHUP', onStop);
    },
  };
}

function lookOf(terminal: Terminal, t: Translate, mark: TextKey | undefined): Look {
  const glyphs = terminal.spoken ? { ...GLYPHS.ascii, pointer: '' } : GLYPHS[terminal.glyphs];
  return {
    t,
    mark,
    glyphs,
    spoken: terminal.spoken,
    theme: themeOf(terminal),
    show: (text) => showable(text, terminal.glyphs),
  };
}
