/**
 * Sends a run's events to its webhook: in order, as fast as the receiver takes them, and never in the way of the
 * engine. Nothing waits in memory: what is to be sent is read from the events file, and how far the receiver is stands
 * beside it, so that a resumed run goes on there.
 */
import { constants } from 'node:fs';
import { english } from '../../i18n/english.ts';
import { join } from 'node:path';
import type { RunEvent } from '../../engine/events.ts';
import { batchHeaders, endpointOf, nextBatch, retryDelayMs, type Batch } from '../../report/webhook.ts';
import { openOwn, readOwn, writeOwn } from '../files/own-files.ts';
import type { TlsPin } from './connect.ts';
import { post } from './webhook-post.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string | null;
  readonly hostname: string;
  readonly tls?: TlsPin | null;
  /** The state folder, with its events file. */
  readonly folder: string;
  /** The last number in the events file: what of it was not delivered yet is sent even if nothing more happens. */
  readonly earlierSeq?: number;
  readonly timing?: Partial<Timing>;
}
export interface Timing {
  /** Between two requests, so that not every event is one. */
  readonly lingerMs: number;
  readonly answerMs: number;
  readonly retryMs: (failures: number) => number;
}
interface Delivery {
  /** Where to, for people. */
  readonly where: string;
  readonly deliveredSeq: number;
  readonly lastSeq: number;
  /** Too large for the receiver, one by one. */
  readonly refused: number;
  /** Why it is not all there; null when it is. */
  readonly reason: string | null;
}
export interface Webhook {
  publish(event: RunEvent): void;
  /** Waits for the rest, at most so long. */
  close(limitMs: number): Promise<Delivery>;
}

const TIMING: Timing = { lingerMs: 300, answerMs: 20_000, retryMs: retryDelayMs };
const BATCH_BYTES = 256 * 1024;
const PIECE_BYTES = 512 * 1024;
const TOO_LARGE = 413;
/** While the end is waited for, a receiver that is back must be noticed. */
const LAST_RETRIES_MS = 1_000;

/** Sends from now on; errors are kept for `close`. */
export function openWebhook(options: WebhookOptions): Webhook {
  return new Sender(options);
}

class Sender implements Webhook {
  readonly #options: WebhookOptions;
  readonly #timing: Timing;
  readonly #endpoint: ReturnType<typeof endpointOf>;
  readonly #end = new AbortController();
  readonly #pumping: Promise<void>;
  #wake = Promise.withResolvers<void>();
  #hurry: () => void = () => undefined;
  #run = '';
  #last = 0;
  #delivered = 0;
  #offset = 0;
  #maxBytes = BATCH_BYTES;
  #refused = 0;
  #reason: string | null = null;
  #isClosing = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#endpoint = endpointOf(options.url);
    this.#pumping = this.#pump();
  }

  publish(event: RunEvent): void {
    if (event.run !== this.#run) {
      [this.#delivered, this.#offset] = [0, 0];
      this.#run = event.run;
    }
    this.#last = event.seq;
    this.#wake.resolve();
  }

  async close(limitMs: number): Promise<Delivery> {
    this.#isClosing = true;
    this.#wake.resolve();
    this.#hurry();
    const timer = setTimeout(() => {
      this.#end.abort();
      this.#hurry();
    }, limitMs);
    await this.#pumping;
    clearTimeout(timer);
    return {
      where: this.#endpoint.shown,
      deliveredSeq: this.#delivered,
      lastSeq: this.#last,
      refused: this.#refused,
      reason: this.#delivered >= this.#last ? null : (this.#reason ?? english('cli.install.noTime')),
    };
  }

  async #pump(): Promise<void> {
    let failures = 0;
    const kept = await readKept(this.#options.folder);
    // Nothing was begun yet: the first event tells whose run it is.
    while (kept === null && this.#last === 0 && !this.#isClosing) await this.#woken();
    if (kept !== null && this.#last === 0) {
      this.#run = kept.run;
      this.#last = this.#options.earlierSeq ?? 0;
    }
    // A power cut may have left a younger word of what was delivered beside an older events file.
    if (kept?.run === this.#run) this.#delivered = Math.min(kept.seq, this.#options.earlierSeq ?? kept.seq);
    else if (this.#last > 0) await keep(this.#options.folder, this.#run, 0);
    for (;;) {
      if (this.#end.signal.aborted || (this.#isClosing && this.#delivered >= this.#last)) return;
      if (this.#delivered >= this.#last) {
        await this.#woken();
        continue;
      }
      if (!this.#isClosing) await this.#pause(this.#timing.lingerMs);
      if (await this.#sendNext()) {
        failures = 0;
        continue;
      }
      failures += 1;
      const pauseMs = this.#timing.retryMs(failures);
      await this.#pause(this.#isClosing ? Math.min(pauseMs, LAST_RETRIES_MS) : pauseMs);
    }
  }

  /** False: to be tried again. */
  async #sendNext(): Promise<boolean> {
    try {
      const { batch, nextOffset } = await this.#read();
      if (batch === null) {
        // What was announced is not in the file: it could not be written there, and cannot be sent.
        if (nextOffset === this.#offset) {
          this.#reason = english('cli.install.notKept');
          return false;
        }
        this.#offset = nextOffset;
        return true;
      }
      const { hostname, secret } = this.#options;
      const headers = { ...batchHeaders(batch, { run: this.#run, hostname, secret }), ...this.#endpoint.headers };
      const answer = await post(this.#endpoint.url, 'POST', {
        headers,
        body: batch.body,
        signal: AbortSignal.any([this.#end.signal, AbortSignal.timeout(this.#timing.answerMs)]),
        pin: this.#options.tls ?? null,
      });
      if (!answer.isTaken && answer.status === TOO_LARGE && batch.count > 1) {
        this.#maxBytes = Math.floor(batch.body.length / 2);
        return true;
      }
      if (!answer.isTaken && answer.status !== TOO_LARGE) {
        if (!this.#end.signal.aborted || this.#reason === null) this.#reason = answer.reason;
        return false;
      }
      if (!answer.isTaken) this.#refused += 1;
      this.#offset = nextOffset;
      this.#delivered = batch.lastSeq;
      this.#reason = null;
      await keep(this.#options.folder, this.#run, this.#delivered);
      return true;
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  async #read(): Promise<{ batch: Batch | null; nextOffset: number }> {
    const file = await openOwn(join(this.#options.folder, 'events.ndjson'), constants.O_RDONLY);
    try {
      for (let size = PIECE_BYTES; ; size *= 2) {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, this.#offset);
        const { batch, usedBytes } = nextBatch(buffer.subarray(0, bytesRead), {
          run: this.#run,
          afterSeq: this.#delivered,
          maxBytes: this.#maxBytes,
        });
        // A line that is longer than the piece needs a longer piece.
        if (usedBytes > 0 || bytesRead < size) return { batch, nextOffset: this.#offset + usedBytes };
      }
    } finally {
      await file.close();
    }
  }

  async #woken(): Promise<void> {
    await this.#wake.promise;
    this.#wake = Promise.withResolvers<void>();
  }

  /** Cut short when the end is near. */
  async #pause(ms: number): Promise<void> {
    if (this.#end.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
  }
}

const deliveredPath = (folder: string): string => join(folder, 'webhook.json');

/** Whose events were sent, and how far the receiver was. Unreadable counts as nothing: the receiver drops what it has. */
async function readKept(folder: string): Promise<{ readonly run: string; readonly seq: number } | null> {
  try {
    const { run, seq } = JSON.parse(String(await readOwn(deliveredPath(folder)))) as { run?: unknown; seq?: unknown };
    return typeof run === 'string' && typeof seq === 'number' ? { run, seq } : null;
  } catch {
    return null;
  }
}

/** A full disk must not stop the sending: at worst something is sent twice. */
async function keep(folder: string, run: string, seq: number): Promise<void> {
  await writeOwn(deliveredPath(folder), `${JSON.stringify({ run, seq })}\n`, { fsync: false }).catch(() => undefined);
}
