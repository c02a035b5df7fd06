/** Starts Ink for a session and always gives the terminal back: at the end, after a crash, at SIGTERM and SIGHUP. */
import { render } from 'ink';
import { useSyncExternalStore, type ReactNode } from 'react';
import { LookContext, type Look } from '../../components/look.tsx';
import { Wizard } from '../../components/wizard.tsx';
import type { Translate } from '../i18n/t.ts';
import { GLYPHS, showable } from './glyphs.ts';
import type { Terminal } from './terminal.ts';
import { themeOf } from './theme.ts';
import type { Session } from './wizard/session.ts';

export interface Streams { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream }

/** Cursor home, erase everything: for terminals without an alternate screen, and for drawing anew. */
const WIPE = '\u001b[H\u001b[2J';

export function lookOf(terminal: Terminal, t: Translate): Look {
  return { t, glyphs: GLYPHS[terminal.glyphs], theme: themeOf(terminal.colour), show: (text) => showable(text, terminal.glyphs) };
}

/** Shows the session until it is done. Rejects when drawing failed; the terminal is as before either way. */
export async function showSession(session: Session, terminal: Terminal, t: Translate, { stdin, stdout }: Streams): Promise<'install' | 'left'> {
  const look = lookOf(terminal, t);
  // Keys typed before Ink listens would be echoed onto the screen.
  stdin.setRawMode(true);
  if (!terminal.alternateScreen) stdout.write(WIPE);
  const app = render(<LookContext value={look}><Shown session={session} /></LookContext>, {
    stdin, stdout, exitOnCtrlC: false, patchConsole: false,
    // Ink's own guess draws nothing where CI is set.
    interactive: true,
    alternateScreen: terminal.alternateScreen, maxFps: terminal.framesPerSecond, incrementalRendering: terminal.incremental,
  });
  let redraws = session.getState().redraws;
  const stopWatching = session.subscribe(() => {
    if (session.getState().redraws === redraws) return;
    ({ redraws } = session.getState());
    app.clear();
    stdout.write(WIPE);
  });
  const resized = (): void => session.send({ type: 'resized', columns: stdout.columns, rows: stdout.rows });
  stdout.on('resize', resized);
  const ended = Promise.withResolvers<'left'>();
  const stop = (): void => {
    session.save();
    ended.resolve('left');
  };
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  try {
    return await Promise.race([session.done, ended.promise, app.waitUntilExit().then(() => 'left' as const)]);
  } finally {
    stopWatching();
    stdout.off('resize', resized);
    app.unmount();
    await app.waitUntilExit().catch(() => undefined);
    stdin.setRawMode(false);
    // The last frame would stay, and what is printed next would lie across it.
    if (!terminal.alternateScreen) stdout.write(WIPE);
    process.off('SIGTERM', stop);
    process.off('SIGHUP', stop);
  }
}

function Shown({ session }: { readonly session: Session }): ReactNode {
  const state = useSyncExternalStore(session.subscribe, session.getState);
  return <Wizard state={state} send={session.send} />;
}
