/** Shows a session of the wizard until it is done. */
import { useApp } from 'ink';
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { LookContext, useLook } from '../../../components/look.tsx';
import { Wizard } from '../../../components/wizard.tsx';
import type { Locale, TextKey, Translate } from '../../i18n/t.ts';
import { openFullScreen, type Streams } from './full-screen.tsx';
import type { Terminal } from '../terminal/terminal.ts';
import { localeOf } from '../answers/context.ts';
import type { Session } from '../wizard/session.ts';

export type LoadTexts = (locale: Locale) => Promise<Translate>;

/** Rejects when drawing failed; the terminal is as before either way. `mark`: stands on every frame. */
export async function showSession(
  session: Session,
  terminal: Terminal,
  load: LoadTexts,
  streams: Streams,
  mark?: TextKey,
): Promise<'install' | 'left'> {
  const t = await load(localeOf(session.getState()));
  const stopped = Promise.withResolvers<'left'>();
  const screen = openFullScreen(<Shown session={session} first={t} load={load} />, {
    terminal,
    t,
    streams,
    mark,
    framesPerSecond: terminal.framesPerSecond,
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

interface ShownProps {
  readonly session: Session;
  readonly first: Translate;
  readonly load: LoadTexts;
}

function Shown({ session, first, load }: ShownProps): ReactNode {
  const state = useSyncExternalStore(session.subscribe, session.getState);
  const { suspendTerminal } = useApp();
  useEffect(
    () =>
      session.suspendWith(async (work) => {
        await suspendTerminal(work);
      }),
    [session, suspendTerminal],
  );
  const look = useLook();
  const t = useTexts(localeOf(state), first, load);
  const translated = useMemo(() => (t === look.t ? look : { ...look, t }), [t, look]);
  return (
    <LookContext value={translated}>
      <Wizard state={state} send={session.send} />
    </LookContext>
  );
}

/** The texts of the language that was chosen, as soon as they are loaded; those of before until then. */
function useTexts(locale: Locale, first: Translate, load: LoadTexts): Translate {
  const [texts, setTexts] = useState<{ readonly t: Translate }>({ t: first });
  useEffect(() => {
    let isWanted = true;
    void load(locale).then((t) => {
      if (isWanted) setTexts((before) => (before.t === t ? before : { t }));
    });
    return () => {
      isWanted = false;
    };
  }, [locale, load]);
  return texts.t;
}
