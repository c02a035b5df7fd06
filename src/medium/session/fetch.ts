/** Fetching the profile of a session: it waits for servers, until it is there or somebody would rather go on. */
import { EXIT } from '../../errors.ts';
import type { Message } from '../../i18n/phrase.ts';
import type { Failure } from './failure.ts';
import type { KernelOptions } from './kernel-options.ts';
import type { Fetched, SessionPorts } from './ports.ts';

/** Machines that go on by themselves after an error do not wait for a server for ever. */
const PATIENCE_MS = 10 * 60_000;

/** Null: a key was pressed, and a person goes on. */
export async function fetchOrCancel(
  sources: readonly string[],
  options: KernelOptions,
  ports: SessionPorts,
): Promise<Fetched | Failure | null> {
  const cancel = new AbortController();
  const over = new AbortController();
  const goesOnByItself = options.onError === 'reboot' || options.onError === 'poweroff';
  const untilMs = goesOnByItself ? ports.now() + PATIENCE_MS : Number.POSITIVE_INFINITY;
  let shownAttempt = -1;
  let words: readonly Message[] = [];
  let isWaiting = false;
  const keys = (async () => {
    for (;;) {
      const key = await ports.key(null, undefined, over.signal);
      if (key === null) return;
      // A key before there is anything to cancel was meant for something else.
      if (!isWaiting) continue;
      cancel.abort();
      return;
    }
  })();
  try {
    return await ports.fetch(
      sources,
      options,
      {
        onWait({ secondsLeft, attempt, lastWords }) {
          isWaiting = true;
          if (attempt !== shownAttempt) for (const word of lastWords) ports.tick(word, true);
          ports.tick(
            { key: 'session.waiting', values: { attempt: attempt + 1, seconds: padded(secondsLeft) } },
            attempt !== shownAttempt,
          );
          shownAttempt = attempt;
          words = lastWords;
          if (ports.now() > untilMs) cancel.abort();
        },
        onSlow(note) {
          isWaiting = true;
          ports.tick({ key: 'session.slow', values: { note } }, true);
        },
      },
      cancel.signal,
    );
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    if (ports.now() <= untilMs) return null;
    return gaveUp(words);
  } finally {
    over.abort();
    await keys;
    if (shownAttempt >= 0) ports.say('');
  }
}

function gaveUp(lastLines: readonly Message[]): Failure {
  return {
    code: 'source-unreachable',
    exit: EXIT.source,
    message: { key: 'session.gaveUp', values: { minutes: PATIENCE_MS / 60_000 } },
    lastLines,
    hint: { key: 'session.gaveUpHint', values: { word: 'xenwright.profile=' } },
    command: null,
  };
}

/** What is written over something longer must not leave its last figure. */
export function padded(seconds: number): string {
  return String(seconds).padStart(2);
}
