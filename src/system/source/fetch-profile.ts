/** Gets the first SOURCE that answers and can be trusted, with patience: the one way by which profiles come in. */
import { createHash } from 'node:crypto';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { MachineIdentity } from '../../facts/machine-identity.ts';
import type { Message } from '../../i18n/phrase.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import { fillPlaceholders, hasPlaceholders } from '../../profile/source-placeholders.ts';
import { shownSource, signatureOf, SOURCE_FORMS } from '../../profile/source-ref.ts';
import { verifySignature } from '../trust/signature.ts';
import { readSource, type SourceAccess } from './source.ts';
import { messageOf, SourceError } from './error.ts';

/** What a profile must show before any of it is read. */
export interface Trust {
  /** Hex. */
  readonly sha256?: string | undefined;
  /** Lines of OpenSSH public keys: a text is signed by one of them. */
  readonly publicKeys?: string | undefined;
  /** Hex, without colons, small letters. */
  readonly tlsFingerprint?: string | undefined;
}
/** Told every second of a wait. */
export interface Waiting {
  readonly secondsLeft: number;
  readonly isFirst: boolean;
  /** Rounds through the SOURCEs that have failed so far. */
  readonly attempt: number;
  /** What each SOURCE had to say: the server's status and the beginning of its words. */
  readonly lastWords: readonly Message[];
}
export interface FetchOptions {
  /** Who asks: for placeholders and headers. */
  readonly identity?: MachineIdentity | undefined;
  readonly trust?: Trust;
  /** Gives up at once: `interrupted` (exit 130). */
  readonly signal?: AbortSignal | undefined;
  onWait?(waiting: Waiting): void;
  /** Told when a SOURCE takes its time: it is not given up yet. */
  onSlow?(note: Message): void;
  /**
   * Try again without an end, also what answered "there is no such file". Wrong sums, signatures and certificates stay
   * final.
   */
  readonly keepTrying?: boolean;
  /** How long to go on trying; default DEFAULT_PATIENCE_MS. */
  readonly patienceMs?: number;
  /** `${…}` stays what it is. */
  readonly isLiteral?: boolean;
  /** One reading; default: the real one. */
  read?(source: string, access: SourceAccess): Promise<string>;
}
/** `source`: with its placeholders filled. */
export interface FetchedProfile {
  readonly source: string;
  readonly text: string;
}

export const DEFAULT_PATIENCE_MS = 120_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const SECOND_MS = 1_000;

/**
 * Throws `source-unreachable` (exit 6) with every reason; `checksum-differs`, `signature-missing`, `signature-differs`
 * or `certificate-differs` (exit 6) at once, whatever other SOURCEs there are; `interrupted` (130).
 */
export async function fetchProfile(sources: readonly string[], options: FetchOptions): Promise<FetchedProfile> {
  const untilMs =
    Date.now() + (options.keepTrying === true ? Number.POSITIVE_INFINITY : (options.patienceMs ?? DEFAULT_PATIENCE_MS));
  const final = new Map<string, Message>();
  /** By their English: many SOURCEs may fail in the same way. */
  const hints = new Map<string, Message>();
  const candidates = sources.map((source) =>
    options.isLiteral === true ? [source] : candidatesOf(source, options.identity, final),
  );
  for (let attempt = 1; ; attempt++) {
    const words = new Map<string, Message>(final);
    let askedMs = 0;
    let mayCome = false;
    for (const group of candidates) {
      const open = group.filter((source) => !final.has(source));
      // One SOURCE with a placeholder for each NIC: those that answer slowly must not add up.
      const results = await Promise.all(open.map(async (source) => await attemptOf(source, options)));
      const found = results.find((result) => 'text' in result);
      if (found !== undefined) return found;
      for (const [index, result] of results.entries()) {
        if (!('error' in result)) continue;
        const { error } = result;
        const source = open[index] as string;
        const { message, hint } = errorMessages(error);
        words.set(source, message);
        if (error.hint !== undefined && hint !== null) hints.set(error.hint, hint);
        if (options.keepTrying === true || (error instanceof SourceError && error.mayCome)) mayCome = true;
        else final.set(source, message);
        if (error instanceof SourceError) askedMs = Math.max(askedMs, error.retryAfterMs ?? 0);
      }
    }
    const waitMs = Math.max(backoffMs(attempt), Math.min(askedMs, LONGEST_WAIT_MS));
    const leftMs = untilMs - Date.now();
    if (!mayCome || leftMs <= 0)
      throw unreachable([...words.values()], [...hints.values()], options.isLiteral === true);
    await pause(Math.min(waitMs, leftMs), attempt, [...words.values()], options);
  }
}

/** One text that must meet the same trust as the profile: what stands beside it. */
export async function readTrusted(
  source: string,
  options: Pick<FetchOptions, 'identity' | 'trust' | 'signal' | 'read' | 'onSlow'>,
): Promise<string> {
  const read = options.read ?? readSource;
  const access = {
    identity: options.identity,
    tlsFingerprint: options.trust?.tlsFingerprint,
    signal: options.signal,
    onSlow: (note: Message) => options.onSlow?.(note),
  };
  const text = await read(source, access);
  const { sha256, publicKeys } = options.trust ?? {};
  if (sha256 !== undefined) verifyChecksum(source, text, sha256);
  if (publicKeys !== undefined)
    await verifySignature(
      shownSource(source),
      text,
      await readSignature(source, async (place) => await read(place, access)),
      publicKeys,
    );
  return text;
}

type Attempt = FetchedProfile | { readonly error: XenwrightError };

async function attemptOf(source: string, options: FetchOptions): Promise<Attempt> {
  try {
    return { source, text: await readTrusted(source, options) };
  } catch (error) {
    if (options.signal?.aborted === true) throw interrupted();
    if (error instanceof XenwrightError && error.exit === EXIT.source && !isDistrust(error)) return { error };
    throw error;
  }
}

/** Somebody is where the profile should be: asking the next SOURCE would hide it. */
function isDistrust({ code }: XenwrightError): boolean {
  return !['source-unreachable', 'not-known'].includes(code);
}

/** What a SOURCE stands for; what this machine does not know refuses it, with the reason kept. */
function candidatesOf(source: string, identity: MachineIdentity | undefined, refused: Map<string, Message>): string[] {
  if (!hasPlaceholders(source)) return [source];
  try {
    return fillPlaceholders(source, identity ?? { macs: [], serial: null, uuid: null, product: null, hostname: null });
  } catch (error) {
    if (!(error instanceof XenwrightError) || error.code !== 'not-known') throw error;
    refused.set(source, messageOf(error));
    return [];
  }
}

async function readSignature(source: string, read: (place: string) => Promise<string>): Promise<string> {
  const place = signatureOf(source);
  const missing = (why: Message): XenwrightError =>
    failure('signature-missing', EXIT.source, { source: shownSource(source), why });
  if (place === null) throw missing({ key: 'errors.signature-missing.why.stdin' });
  try {
    return await read(place);
  } catch (error) {
    if (
      error instanceof XenwrightError &&
      error.exit === EXIT.source &&
      (!(error instanceof SourceError) || error.isAbsent || !error.mayCome)
    )
      throw isDistrust(error) ? error : missing(messageOf(error));
    throw error;
  }
}

function verifyChecksum(source: string, text: string, wanted: string): void {
  const sum = createHash('sha256').update(text).digest('hex');
  if (sum === wanted.toLowerCase()) return;
  throw failure('checksum-differs', EXIT.source, { source: shownSource(source), sum, wanted });
}

/** Doubled each time, and drawn from the upper half: a rack that starts at once must not ask at once for ever. */
function backoffMs(attempt: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
}

async function pause(
  waitMs: number,
  attempt: number,
  lastWords: readonly Message[],
  { signal, onWait }: FetchOptions,
): Promise<void> {
  const untilMs = Date.now() + waitMs;
  for (let isFirst = true; ; isFirst = false) {
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) return;
    onWait?.({ secondsLeft: Math.ceil(leftMs / SECOND_MS), isFirst, attempt, lastWords });
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(interrupted());
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(leftMs, SECOND_MS),
      );
      if (signal?.aborted === true) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  }
}

function interrupted(): XenwrightError {
  return failure('interrupted.profile', EXIT.interrupted);
}

/** `isLiteral`: it was not the profile that was asked for, but a text that it names. */
function unreachable(reasons: readonly Message[], hints: readonly Message[], isLiteral: boolean): XenwrightError {
  return failure(isLiteral ? 'source-unreachable.text' : 'source-unreachable.profile', EXIT.source, {
    reasons: { list: reasons, by: 'semicolon' },
    hints: hints.length === 0 ? SOURCE_FORMS : { list: hints, by: 'semicolon' },
  });
}
