/** An image at an http(s) address: one long answer that is read along, begun again where it broke off. */
import { EXIT, reasonOf, XenwrightError } from '../errors.ts';
import type { OpenSource } from './medium-io.ts';

const TRIES = 6;
const FIRST_PAUSE_MS = 500;
/** Nothing for this long: the server is asked again. */
const SILENCE_MS = 30_000;

/** Throws `medium-unreachable` (exit 6). */
export async function openHttpSource(url: string, signal: AbortSignal): Promise<OpenSource> {
  const head = await retried(url, signal, async () => {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)]) });
    const sizeBytes = Number(response.headers.get('content-length') ?? Number.NaN);
    if (!response.ok) throw new HttpAnswer(`the server answered ${response.status} ${response.statusText}`, response.status);
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) throw new HttpAnswer('the server does not say how long it is', 400);
    return sizeBytes;
  });
  let stream: { readonly reader: ReadableStreamDefaultReader<Uint8Array>; at: number; rest: Uint8Array } | null = null;
  const begin = async (offset: number): Promise<NonNullable<typeof stream>> => {
    await stream?.reader.cancel().catch(() => undefined);
    const response = await fetch(url, { headers: { range: `bytes=${offset}-` }, signal });
    if (!response.ok || response.body === null) throw new HttpAnswer(`the server answered ${response.status} ${response.statusText}`, response.status);
    if (response.status !== 206 && offset > 0) throw new HttpAnswer('the server cannot begin in the middle of a file', 400);
    return { reader: response.body.getReader(), at: offset, rest: new Uint8Array(0) };
  };
  const fill = async (into: Uint8Array, offset: number): Promise<void> => {
    for (let done = 0; done < into.length;) {
      const from = offset + done;
      if (stream === null || stream.at !== from) stream = await begin(from);
      if (stream.rest.length === 0) {
        const { value, done: isOver } = await withinSilence(stream.reader.read());
        if (isOver || value === undefined) throw new Error(`the answer ended at byte ${from}`);
        stream.rest = value;
      }
      const part = stream.rest.subarray(0, into.length - done);
      into.set(part, done);
      stream = { ...stream, at: from + part.length, rest: stream.rest.subarray(part.length) };
      done += part.length;
    }
  };
  // One read at a time: they share the answer.
  let last: Promise<unknown> = Promise.resolve();
  return {
    sizeBytes: head,
    read: (into, offset) => {
      const next = last.then(() => retried(url, signal, async () => {
        try {
          await fill(into, offset);
        } catch (error) {
          stream = null;
          throw error;
        }
      }));
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => { await stream?.reader.cancel().catch(() => undefined); },
  };
}

class HttpAnswer extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

async function withinSilence<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Error(`nothing came for ${SILENCE_MS / 1000} s`)), SILENCE_MS); });
  return await Promise.race([work, silence]).finally(() => clearTimeout(timer));
}

async function retried<T>(url: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      const isFinal = error instanceof HttpAnswer && error.status < 500 && error.status !== 429;
      if (isFinal || attempt >= TRIES) throw new XenwrightError({ code: 'medium-unreachable', exit: EXIT.source, message: `the medium at ${url} cannot be had: ${reasonOf(error instanceof Error && error.cause instanceof Error ? error.cause : error)}`, hint: 'check the address and the server; what is copied already is kept', cause: error });
      await new Promise((resolve) => { setTimeout(resolve, FIRST_PAUSE_MS * 2 ** (attempt - 1)); });
    }
  }
}
