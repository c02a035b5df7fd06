/**
 * What a webhook is sent: batches of events in order, signed, with headers by which a receiver drops what it has
 * already. Pure.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { decodedOrAsWritten } from '../profile/address-login.ts';

/** Whole events of one run, one JSON object a line. */
export interface Batch {
  readonly body: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly count: number;
}
export interface BatchRequest {
  readonly run: string;
  readonly afterSeq: number;
  readonly maxBytes: number;
}

export const SIGNATURE_HEADER = 'x-xenwright-signature';
const NEWLINE = 10;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * The next batch out of a piece of an events file that begins with a whole line. `usedBytes`: how much of the piece is
 * done with. Lines of other runs, of numbers that were delivered, and what a power cut left of a line are passed over.
 * One event that is larger than `maxBytes` goes alone.
 */
export function nextBatch(
  piece: Uint8Array,
  { run, afterSeq, maxBytes }: BatchRequest,
): { readonly batch: Batch | null; readonly usedBytes: number } {
  const lines: string[] = [];
  let [sizeBytes, usedBytes, firstSeq, lastSeq] = [0, 0, 0, afterSeq];
  for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, usedBytes)) {
    const line = new TextDecoder().decode(piece.subarray(usedBytes, end));
    const event = headOf(line);
    if (event !== null && event.run === run && event.seq > lastSeq) {
      const lineBytes = end + 1 - usedBytes;
      if (lines.length > 0 && sizeBytes + lineBytes > maxBytes) break;
      if (lines.length === 0) firstSeq = event.seq;
      lines.push(line);
      lastSeq = event.seq;
      sizeBytes += lineBytes;
    }
    usedBytes = end + 1;
  }
  return {
    batch: lines.length === 0 ? null : { body: `${lines.join('\n')}\n`, firstSeq, lastSeq, count: lines.length },
    usedBytes,
  };
}

function headOf(line: string): { readonly seq: number; readonly run: string } | null {
  try {
    const event = JSON.parse(line) as { seq?: unknown; run?: unknown } | null;
    return typeof event?.seq === 'number' && typeof event.run === 'string' ? { seq: event.seq, run: event.run } : null;
  } catch {
    return null;
  }
}

/** The value of the signature header: HMAC-SHA256 over the bytes of the body. */
export function signatureOf(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** Does it look like one? Told before anything of a body is read. */
export function isSignature(text: string | undefined): text is string {
  return text !== undefined && /^sha256=[0-9a-f]{64}$/.test(text);
}

/** Takes the same time whatever is wrong. */
export function isSignedBy(body: string | Uint8Array, secret: string, signature: string | undefined): boolean {
  const [wanted, given] = [Buffer.from(signatureOf(body, secret)), Buffer.from(signature ?? '')];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

/** Headers of one request; `secret` null: not signed. */
export function batchHeaders(
  batch: Batch,
  { run, hostname, secret }: { readonly run: string; readonly hostname: string; readonly secret: string | null },
): Record<string, string> {
  return {
    'content-type': 'application/x-ndjson',
    'user-agent': 'xenwright',
    'x-xenwright-run': run,
    'x-xenwright-host': hostname,
    'x-xenwright-first-seq': String(batch.firstSeq),
    'x-xenwright-last-seq': String(batch.lastSeq),
    ...(secret === null ? {} : { [SIGNATURE_HEADER]: signatureOf(batch.body, secret) }),
  };
}

/** How long to wait after the n-th failure in a row (from 1). */
export function retryDelayMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
}

/**
 * Where to send: user and password of an address go into a header, as no request may carry them in its address. `shown`
 * is for people.
 */
export function endpointOf(address: string): {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly shown: string;
} {
  const url = new URL(address);
  const user = decodedOrAsWritten(url.username);
  const password = decodedOrAsWritten(url.password);
  url.username = '';
  url.password = '';
  return {
    url: url.href,
    headers:
      user === '' && password === ''
        ? {}
        : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    shown: url.origin,
  };
}
