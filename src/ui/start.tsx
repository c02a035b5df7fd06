/** Shows a session of the wizard until it is done. */
import { useSyncExternalStore, type ReactNode } from 'react';
import { Wizard } from '../../components/wizard.tsx';
import type { Translate } from '../i18n/t.ts';
import { openFullScreen, type Streams } from './full-screen.tsx';
import type { Terminal } from './terminal.ts';
import type { Session } from './wizard/session.ts';

/** Rejects when drawing failed; the terminal is as before either way. `mark`: stands on every frame. */
export async function showSession(session: Session, terminal: Terminal, t: Translate, streams: Streams, mark?: string): Promise<'install' | 'left'> {
  const stopped = Promise.withResolvers<'left'>();
  const screen = openFullScreen(<Shown session={session} />, {
    terminal, t, streams, mark, framesPerSecond: terminal.framesPerSecond,
    onResized: (size) => session.send({ type: 'resized', ...size }),
    onStop() {
      session.save();
      stopped.resolve('left');
    },
  });
  let { redraws } = session.getState();
  const stopWatching = session.subscribe(() => {
    if (session.getState().redraws === redraws) return;
    ({ redraws } = session.getState());
    screen.redraw();
  });
  try {
    return await Promise.race([session.done, stopped.promise, screen.ended.then(() => 'left' as const)]);
  } finally {
    stopWatching();
    await screen.close();
  }
}

function Shown({ session }: { readonly session: Session }): ReactNode {
  const state = useSyncExternalStore(session.subscribe, session.getState);
  return <Wizard state={state} send={session.send} />;
}
