/** An image at an http(s) address: one long answer that is read along, begun again where it broke off. */
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, failure, reasonOf } from '../../errors.ts';
import type { OpenSource } from '../../medium/copy/byte-source.ts';
import { inEnglish } from '../../i18n/english.ts';
import type { Phrase } from '../../i18n/phrase.ts';
import { isCertificateCode, mayPass, trustSystemAuthorities } from '../http/connect.ts';

/**
 * `openMs`: how long a server that does not answer is asked for the file; `readMs`: how long it may be silent, or away,
 * in the middle of it; `silenceMs`: when it is asked again.
 */
export interface HttpPatience {
  readonly openMs: number;
  readonly readMs: number;
  readonly silenceMs: number;
}
/**
 * A wrong address is told soon. In the middle it is a server or a switch that starts again, as with NFS: that takes
 * minutes.
 */
const PATIENCE: HttpPatience = { openMs: 15_000, readMs: 300_000, silenceMs: 30_000 };
const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 15_000;
/** Not packed: its length and its mark are those of the file. A range asks so by itself. */
const AS_IT_IS = { 'accept-encoding': 'identity' };
/** Throws `medium-unreachable` (exit 6). */
export async function openHttpSource(url: string, signal: AbortSignal, patience = PATIENCE): Promise<OpenSource> {
  if (url.startsWith('https:')) trustSystemAuthorities();
  const { sizeBytes, version } = await retried(url, signal, patience.openMs, async () => {
    const response = await fetch(url, {
      method: 'HEAD',
      headers: AS_IT_IS,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience.silenceMs)]),
    });
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    if (!response.ok) throw answered(response);
    refusePacked(response);
    if (!Number.isSafeInteger(length) || length <= 0)
      throw new Fault({ key: 'errors.medium-unreachable.reasons.noLength' });
    // Who sends on to one of several mirrors may name another one next time, with marks of its own.
    return { sizeBytes: length, version: response.redirected ? null : versionOf(response.headers) };
  });
  let answer: Answer | null = null;
  const fill = async (into: Uint8Array, offset: number): Promise<void> => {
    for (let done = 0; done < into.length;) {
      const from = offset + done;
      if (answer === null || answer.at !== from) {
        await answer?.close();
        answer = await begin(url, from, version, signal, patience.silenceMs);
      }
      done += await answer.read(into.subarray(done));
    }
  };
  // One read at a time: they share the answer.
  let last: Promise<unknown> = Promise.resolve();
  return {
    sizeBytes,
    read: (into, offset) => {
      const next = last.then(() =>
        retried(url, signal, patience.readMs, async () => {
          try {
            await fill(into, offset);
          } catch (error) {
            await answer?.close();
            answer = null;
            throw error;
          }
        }),
      );
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      await answer?.close();
    },
  };
}

interface Answer {
  /** Offset of the next byte. */
  readonly at: number;
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

async function begin(
  url: string,
  offset: number,
  version: string | null,
  signal: AbortSignal,
  silenceMs: number,
): Promise<Answer> {
  const stop = new AbortController();
  // A file that was replaced meanwhile comes whole, by `if-range` (RFC 9110, 13.1.5): two halves of two files would be
  // no medium.
  const asked = fetch(url, {
    headers: { range: `bytes=${offset}-`, ...(version === null ? {} : { 'if-range': version }) },
    signal: AbortSignal.any([signal, stop.signal]),
  });
  const response = await within(silenceMs, asked, stop);
  if (!response.ok || response.body === null) throw answered(response);
  refusePacked(response);
  const now = versionOf(response.headers);
  // A part may come without its date.
  if (version !== null && now !== null && now !== version) {
    stop.abort();
    throw new Fault({ key: 'errors.medium-unreachable.reasons.replaced' });
  }
  if (response.status !== 206 && offset > 0) {
    stop.abort();
    throw new Fault({ key: 'errors.medium-unreachable.reasons.noMiddle' });
  }
  const begins = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (response.status === 206 && begins !== undefined && Number(begins) !== offset) {
    stop.abort();
    throw new Fault({ key: 'errors.medium-unreachable.reasons.otherPlace', values: { begins, offset } });
  }
  const reader = response.body.getReader();
  let [at, rest] = [offset, new Uint8Array(0)];
  return {
    get at() {
      return at;
    },
    async read(into) {
      if (rest.length === 0) {
        const { value, done } = await within(silenceMs, reader.read(), stop);
        if (done || value === undefined)
          throw new Fault({ key: 'errors.medium-unreachable.reasons.ended', values: { offset: at } }, false);
        rest = value;
      }
      const part = rest.subarray(0, into.length);
      into.set(part);
      rest = rest.subarray(part.length);
      at += part.length;
      return part.length;
    },
    close: async () => {
      stop.abort();
      await reader.cancel().catch(() => undefined);
    },
  };
}

/** What is packed on its way has other bytes, and without end as many as it likes. */
function refusePacked({ headers }: Response): void {
  const packed = headers.get('content-encoding') ?? 'identity';
  if (packed !== 'identity')
    throw new Fault({ key: 'errors.medium-unreachable.reasons.packed', values: { encoding: packed } });
}

/**
 * What tells two files at one address apart; null: the server does not say. A weak ETag does not compare bytes, so
 * `if-range` may not have it.
 */
function versionOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

/** What a server has done, in words; `isFinal`: another try would end the same way. */
class Fault extends Error {
  readonly words: Phrase;
  readonly isFinal: boolean;
  constructor(words: Phrase, isFinal = true) {
    super(inEnglish(words));
    this.words = words;
    this.isFinal = isFinal;
  }
}

function answered({ status, statusText }: Response): Fault {
  const answer = `${status} ${statusText}`.trimEnd();
  return new Fault({ key: 'errors.medium-unreachable.reasons.answered', values: { answer } }, !mayPass(status));
}

async function within<T>(silenceMs: number, work: Promise<T>, stop: AbortController): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new Fault({ key: 'errors.medium-unreachable.reasons.silent', values: { seconds: silenceMs / 1000 } }, false),
      );
      stop.abort();
    }, silenceMs);
  });
  work.catch(() => undefined);
  return await Promise.race([work, silence]).finally(() => clearTimeout(timer));
}

/** Tries again, with longer and longer pauses, until it has failed for `patienceMs`. */
async function retried<T>(url: string, signal: AbortSignal, patienceMs: number, work: () => Promise<T>): Promise<T> {
  const sinceMs = Date.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const isCertificate = isCertificateCode((reason as NodeJS.ErrnoException).code ?? '');
      const isFinal = isCertificate || (error instanceof Fault && error.isFinal);
      if (isFinal || Date.now() - sinceMs + pauseMs > patienceMs)
        throw failure(
          isCertificate ? 'medium-unreachable.certificate' : 'medium-unreachable.network',
          EXIT.source,
          { url, reason: error instanceof Fault ? error.words : reasonOf(reason) },
          { cause: error },
        );
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
