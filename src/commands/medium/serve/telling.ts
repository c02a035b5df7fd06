/**
 * What the terminal of `medium serve` shows of requests: who has fetched a profile, who has asked for what is not
 * there, and what was refused. Of one sender so many lines a while, and how many more.
 */
import { english } from '../../../i18n/english.ts';
import { reasonOf } from '../../../errors.ts';
import type { HttpAnswer, HttpRequest } from '../../../rack/ports.ts';
import { senderOf } from '../../../rack/shares.ts';
import { cleanLine } from '../../../clean-text.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';

const MOST_LINES = 50;
const WHILE_MS = 10_000;
/** Senders whose lines are counted. */
const MOST_SENDERS = 1_000;
const MOST_PATH = 200;
const MOST_WORDS = 500;
const REFUSALS = new Set([401, 408, 413, 503, 507]);

export class Telling {
  readonly #io: Pick<CommandIo, 'out' | 'err'>;
  readonly #counts = new Map<string, { sinceMs: number; lines: number }>();

  constructor(io: Pick<CommandIo, 'out' | 'err'>) {
    this.#io = io;
  }

  answered({ method, path, from }: HttpRequest, { status, body }: HttpAnswer): void {
    const asked = `${method} ${cleanLine(JSON.stringify(path.slice(0, MOST_PATH)))}`;
    if (REFUSALS.has(status) || (status === 400 && method === 'POST')) {
      const reason =
        status === 401
          ? english('cli.serve.notSigned')
          : typeof body === 'string'
            ? cleanLine(body.trim(), MOST_WORDS)
            : null;
      const refused =
        reason === null
          ? english('cli.serve.refused', { request: asked, from, status })
          : english('cli.serve.refusedBecause', { request: asked, from, status, reason });
      this.#say(from, (text) => this.#io.err(text), `${refused}\n`);
    } else if (isWorthTelling(path, status))
      this.#say(
        from,
        (text) => this.#io.out(text),
        `${new Date().toISOString().slice(11, 19)} ${from} ${asked} ${status}\n`,
      );
  }

  fault(error: unknown): void {
    this.#say('', (text) => this.#io.err(text), `${cleanLine(reasonOf(error), MOST_WORDS)}\n`);
  }

  #say(from: string, write: (text: string) => void, text: string): void {
    const sender = senderOf(from);
    const nowMs = Date.now();
    const known = this.#counts.get(sender);
    if (known === undefined || nowMs - known.sinceMs > WHILE_MS) {
      const more = (known?.lines ?? 0) - MOST_LINES;
      if (more > 0) write(`${english('cli.serve.more', { more, sender })}\n`);
      if (this.#counts.size >= MOST_SENDERS) this.#counts.clear();
      this.#counts.set(sender, { sinceMs: nowMs, lines: 1 });
      write(text);
      return;
    }
    known.lines += 1;
    if (known.lines <= MOST_LINES) write(text);
  }
}

/** What one looks for when a machine does not install itself. */
function isWorthTelling(path: string, status: number): boolean {
  return status === 404 || /\.ya?ml$/.test(path);
}
