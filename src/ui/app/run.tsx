/** Shows a run that is watched until it is left. A terminal that goes away leaves the run going. */
import { useApp } from 'ink';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { RunScreen } from '../../../components/panes/run-screen.tsx';
import type { TextKey, Translate } from '../../i18n/t.ts';
import { openFullScreen, type Streams } from './full-screen.tsx';
import type { Suspend } from '../wizard/carry-out-export.ts';
import type { RunSession } from '../run/session.ts';
import type { RunOutcome } from '../run/view.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * The session says when to draw. Ink's own limit is far above it, so that a key need not wait for what an event has
 * just drawn.
 */
const KEY_FRAMES = 250;
const SLOW = 10;

export async function showRun(
  session: RunSession,
  terminal: Terminal,
  t: Translate,
  streams: Streams,
  mark?: TextKey,
): Promise<RunOutcome> {
  let suspend: Suspend | null = null;
  const stopped = Promise.withResolvers<RunOutcome>();
  const failed = Promise.withResolvers<never>();
  const { framesPerSecond } = terminal;
  const screen = openFullScreen(
    <Shown
      session={session}
      onReady={(given) => {
        suspend = given;
        session.suspendWith(given);
      }}
    />,
    {
      terminal,
      t,
      streams,
      mark,
      framesPerSecond: framesPerSecond < SLOW ? framesPerSecond : KEY_FRAMES,
      onResized: (size) => session.send({ type: 'resized', ...size }),
      onStop: () => stopped.resolve('detached'),
    },
  );
  let { redraws, shells } = session.getSnapshot().view;
  const stopWatching = session.subscribe(() => {
    const { view } = session.getSnapshot();
    if (view.redraws !== redraws) screen.redraw();
    if (view.shells !== shells) suspend?.(async () => await session.shell()).catch(failed.reject);
    ({ redraws, shells } = view);
  });
  try {
    return await Promise.race([
      session.done,
      stopped.promise,
      failed.promise,
      screen.ended.then(() => 'detached' as const),
    ]);
  } finally {
    stopWatching();
    session.close();
    await screen.close();
  }
}

function Shown({ session, onReady }: { readonly session: RunSession; onReady(suspend: Suspend): void }): ReactNode {
  const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(async (work) => await suspendTerminal(work)), [onReady, suspendTerminal]);
  return <RunScreen {...snapshot} send={session.send} />;
}
