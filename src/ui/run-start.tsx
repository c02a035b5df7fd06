/** Starts Ink for a run that is watched, and always gives the terminal back: at the end, after a crash, at SIGTERM and SIGHUP. */
import { render, useApp } from 'ink';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { LookContext } from '../../components/look.tsx';
import { RunScreen } from '../../components/panes/run-screen.tsx';
import type { Translate } from '../i18n/t.ts';
import type { RunSession } from './run-session.ts';
import type { RunOutcome } from './run-view.ts';
import { lookOf, type Streams } from './start.tsx';
import type { Terminal } from './terminal.ts';

/** Cursor home, erase everything: for terminals without an alternate screen, and for drawing anew. */
const WIPE = '\u001b[H\u001b[2J';
/** The session says when to draw. Ink's own limit is far above it, so that a key need not wait for what an event has just drawn. */
const KEY_FRAMES = 250;
const SLOW = 10;

type Suspend = (work: () => Promise<void>) => Promise<void>;

/** Shows the run until it is left. A terminal that goes away leaves the run going. */
export async function showRun(session: RunSession, terminal: Terminal, t: Translate, { stdin, stdout }: Streams): Promise<RunOutcome> {
  let suspend: Suspend | null = null;
  // Keys typed before Ink listens would be echoed onto the screen.
  stdin.setRawMode(true);
  if (!terminal.alternateScreen) stdout.write(WIPE);
  const { framesPerSecond } = terminal;
  const app = render(<LookContext value={lookOf(terminal, t)}><Shown session={session} onReady={(given) => { suspend = given; }} /></LookContext>, {
    stdin, stdout, exitOnCtrlC: false, patchConsole: false,
    // Ink's own guess draws nothing where CI is set.
    interactive: true,
    alternateScreen: terminal.alternateScreen, maxFps: framesPerSecond < SLOW ? framesPerSecond : KEY_FRAMES, incrementalRendering: terminal.incremental,
  });
  let { redraws, shells } = session.getSnapshot().view;
  const failed = Promise.withResolvers<never>();
  const stopWatching = session.subscribe(() => {
    const { view } = session.getSnapshot();
    if (view.redraws !== redraws) {
      app.clear();
      stdout.write(WIPE);
    }
    if (view.shells !== shells) suspend?.(async () => await session.shell()).catch(failed.reject);
    ({ redraws, shells } = view);
  });
  const resized = (): void => session.send({ type: 'resized', columns: stdout.columns, rows: stdout.rows });
  stdout.on('resize', resized);
  const ended = Promise.withResolvers<RunOutcome>();
  const stop = (): void => ended.resolve('detached');
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  try {
    return await Promise.race([session.done, ended.promise, failed.promise, app.waitUntilExit().then(() => 'detached' as const)]);
  } finally {
    stopWatching();
    session.close();
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

function Shown({ session, onReady }: { readonly session: RunSession; onReady(suspend: Suspend): void }): ReactNode {
  const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(async (work) => await suspendTerminal(work)), [onReady, suspendTerminal]);
  return <RunScreen {...snapshot} send={session.send} />;
}
