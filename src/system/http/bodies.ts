/**
 * Bodies of requests in memory: each has its limit, and all together have one. Where that is reached, the largest body
 * of whoever sends most is given up, so that small ones of others always come through.
 */
import type { IncomingMessage } from 'node:http';
import type { NoBody } from '../../rack/ports.ts';
import { senderOf, Shares } from '../../rack/shares.ts';

interface Held {
  readonly sender: string;
  sizeBytes: number;
  /** On its way out: it can be ended at any time. */
  isGoing: boolean;
  giveUp(why: NoBody): void;
}

/** So much has everybody, whatever the others have. */
const OWN_BYTES = 1024 * 1024;

export class Bodies {
  readonly #mostBytes: number;
  readonly #silenceMs: number;
  readonly #held = new Map<IncomingMessage, Held>();
  readonly #shares = new Shares();

  /** `mostBytes`: of all together; `silenceMs`: between two pieces of a body. */
  constructor(mostBytes: number, silenceMs: number) {
    this.#mostBytes = mostBytes;
    this.#silenceMs = silenceMs;
  }

  /** Counts until `release`. What is announced to be too large is not read; `begin`: now it is. */
  async read(incoming: IncomingMessage, limitBytes: number, begin: () => void): Promise<Buffer | NoBody> {
    if (Number(incoming.headers['content-length'] ?? 0) > limitBytes) return 'too-large';
    if (incoming.destroyed && !incoming.complete) return 'gone';
    begin();
    const { promise, resolve } = Promise.withResolvers<Buffer | NoBody>();
    const chunks: Buffer[] = [];
    const held = this.#hold(incoming, resolve);
    const silent = setTimeout(() => resolve('silent'), this.#silenceMs);
    const take = (chunk: Buffer): void => {
      silent.refresh();
      if (held.sizeBytes + chunk.length > limitBytes) {
        resolve('too-large');
        return;
      }
      chunks.push(chunk);
      this.#grow(held, chunk.length);
    };
    const gone = (): void => resolve('gone');
    const end = (): void => resolve(Buffer.concat(chunks));
    incoming.on('data', take).once('end', end).once('error', gone).once('close', gone);
    try {
      return await promise;
    } finally {
      clearTimeout(silent);
      incoming.off('data', take).off('end', end).off('close', gone);
      chunks.length = 0;
    }
  }

  /** A long answer is held, too, for as long as it is sent; `giveUp`: ends it. */
  answering(incoming: IncomingMessage, sizeBytes: number, giveUp: () => void): void {
    this.release(incoming);
    const held = this.#hold(incoming, giveUp);
    held.isGoing = true;
    this.#grow(held, sizeBytes);
  }

  #hold(incoming: IncomingMessage, giveUp: (why: NoBody) => void): Held {
    const sender = senderOf(incoming.socket.remoteAddress ?? '?');
    const held = { sender, sizeBytes: 0, isGoing: false, giveUp };
    this.#held.set(incoming, held);
    return held;
  }

  #grow(held: Held, sizeBytes: number): void {
    held.sizeBytes += sizeBytes;
    this.#shares.add(held.sender, sizeBytes);
    if (this.#shares.total > this.#mostBytes) this.#giveUpLargest(held);
  }

  release(incoming: IncomingMessage): void {
    const held = this.#held.get(incoming);
    if (held === undefined) return;
    this.#held.delete(incoming);
    this.#shares.add(held.sender, -held.sizeBytes);
  }

  /** `growing`: whose turn it is when those who hold most have nothing left that could be given up. */
  #giveUpLargest(growing: Held): void {
    const { greediest } = this.#shares;
    let largest: [IncomingMessage, Held] | undefined;
    for (const [incoming, held] of this.#held) {
      const canGo = held.isGoing || !incoming.complete;
      if (held.sender === greediest && canGo && held.sizeBytes > (largest?.[1].sizeBytes ?? 0))
        largest = [incoming, held];
    }
    if (largest === undefined) {
      const hasItsOwn = this.#shares.of(growing.sender) <= OWN_BYTES && this.#shares.total <= 2 * this.#mostBytes;
      if (hasItsOwn) return;
      largest = [...this.#held].find(([, held]) => held === growing);
    }
    if (largest === undefined) return;
    largest[1].giveUp('busy');
    this.release(largest[0]);
  }
}
