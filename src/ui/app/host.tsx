/** Shows a host until it is left. A terminal that goes away ends the screen, not what was begun from it. */
import { useApp } from 'ink';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { HostScreen } from '../../../components/host/host-screen.tsx';
import type { TextKey, Translate } from '../../i18n/t.ts';
import type { HostSession } from '../host/session.ts';
import type { HostOutcome } from '../host/state.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Suspend } from '../wizard/carry-out-export.ts';
import { openFullScreen, type Streams } from './full-screen.tsx';

/** Rejects when drawing or looking failed; the terminal is as before either way. `mark`: stands on every frame. */
export async function showHost(
  session: HostSession,
  terminal: Terminal,
  t: Translate,
  streams: Streams,
  mark?: TextKey,
): Promise<HostOutcome> {
  const stopped = Promise.withResolvers<HostOutcome>();
  const screen = openFullScreen(<Shown session={session} />, {
    terminal,
    t,
    streams,
    mark,
    framesPerSecond: terminal.framesPerSecond,
    onResized: (size) => session.send({ type: 'resized', ...size }),
    onStop: () => stopped.resolve('left'),
  });
  let { redraws } = session.getSnapshot().view;
  const stopWatching = session.subscribe(() => {
    const { view } = session.getSnapshot();
    if (view.redraws !== redraws) screen.redraw();
    ({ redraws } = view);
  });
  try {
    return await Promise.race([session.done, stopped.promise, screen.ended.then(() => 'left' as const)]);
  } finally {
    stopWatching();
    session.close();
    await screen.close();
  }
}

function Shown({ session }: { readonly session: HostSession }): ReactNode {
  const snapshot = useSyncExternalStore(session.subscribe, session.getSnapshot);
  const { suspendTerminal } = useApp();
  useEffect(() => {
    const suspend: Suspend = async (work) => await suspendTerminal(work);
    session.suspendWith(suspend);
  }, [session, suspendTerminal]);
  return <HostScreen {...snapshot} send={session.send} />;
}
