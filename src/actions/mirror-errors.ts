/** Package downloads that fail: tried again, then reported with the mirror's address. */
import type { Message } from '../i18n/phrase.ts';
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { BaseSpec } from '../plan/action.ts';
import type { ActionContext } from './kind.ts';

const TRIES = 3;
const FETCH_FAILED =
  /Failed to fetch|Could not (resolve|connect|handshake)|Unable to connect|Connection (failed|timed out|refused)|Temporary failure resolving|Hash Sum mismatch|File has unexpected size|does not have a Release file|Some index files failed|Unable to fetch some archives|\b(404|403|50[0-9]) {2}\S/i;
const NOT_SIGNED =
  /NO_PUBKEY|is not signed|signatures? (couldn't|could not) be verified|signatures were invalid|EXPKEYSIG|BADSIG/i;

/**
 * A signed list that is out of date: a mirror left behind, somebody who holds back updates, or a wrong clock. Never
 * taken.
 */
const STALE = /Release file for (\S+) is (?:expired|not valid yet)[^.]*/;

/** The address a failing download names, or null when the output tells of something else. */
export function failedMirror(base: BaseSpec, output: string): Message | null {
  if (!FETCH_FAILED.test(output)) return null;
  const line = output.split('\n').find((candidate) => FETCH_FAILED.test(candidate) && /https?:\/\//.test(candidate));
  const address =
    /https?:\/\/[^\s'"]+/.exec(line ?? output)?.[0] ?? base.sources.find((source) => source.uri !== '')?.uri;
  return address?.replace(/:$/, '') ?? { key: 'parts.defaultMirror' };
}

/**
 * Runs `work`; when a download fails, twice more after a pause. Throws `mirror-failed`, `mirror-stale` or
 * `mirror-not-trusted` in the end.
 */
export async function withMirrorRetries(
  base: BaseSpec,
  context: ActionContext,
  work: () => Promise<void>,
  pauseMs = 2000,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof XenwrightError) || error.code !== 'command-failed') throw error;
      const output = error.lastLines.join('\n');
      const { command, lastLines } = error;
      const details = { lastLines, cause: error, ...(command === undefined ? {} : { command }) };
      if (NOT_SIGNED.test(output)) throw failure('mirror-not-trusted', EXIT.action, { release: base.release }, details);
      const stale = STALE.exec(output);
      if (stale !== null)
        throw failure('mirror-stale', EXIT.action, { release: base.release, reason: stale[0] }, details);
      const mirror = failedMirror(base, output);
      if (mirror === null) throw error;
      if (attempt >= TRIES || context.signal.aborted)
        throw failure('mirror-failed', EXIT.action, { release: base.release, mirror }, details);
      context.notice('notices.downloadFailed', {
        attempt: attempt + 1,
        total: TRIES,
        seconds: (attempt * pauseMs) / 1000,
      });
      await pause(attempt * pauseMs, context.signal);
    }
  }
}

/** Waits, but not for somebody who wants to stop. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
  });
}
