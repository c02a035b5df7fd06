/** One GET of a text. The server's certificate is looked at before anything is sent to it. */
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { MachineIdentity } from '../../facts/machine-identity.ts';
import type { Message } from '../../i18n/phrase.ts';
import { decodedOrAsWritten } from '../../profile/address-login.ts';
import { shownSource } from '../../profile/source-ref.ts';
import { answerTo } from '../http/answer-to.ts';
import { connectTo, isCertificateCode, mayPass, NoAnswer } from '../http/connect.ts';
import { SourceError } from './error.ts';

export const LIMIT_BYTES = 8 * 1024 * 1024;
const SILENCE_MS = 20_000;
const REDIRECTS = 5;
const LAST_WORDS = 200;

export interface HttpAccess {
  /** SHA-256 of the certificate, hex without colons: then this one is accepted, whoever has signed it, and no other. */
  readonly tlsFingerprint?: string | undefined;
  /** Whose profile is asked for: told in headers. */
  readonly identity?: MachineIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The text. Throws SourceError, or `certificate-differs` (exit 6). */
export async function readHttp(start: URL, access: HttpAccess): Promise<string> {
  let url = start;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const response = await get(url, access);
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      response.destroy();
      const next = URL.parse(location, url);
      if (next === null || !/^https?:$/.test(next.protocol))
        throw new SourceError('source-unreachable.sendsOnElsewhere', { source: shownSource(url.href), location });
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw new SourceError('source-unreachable.sendsOnUnencrypted', {
          source: shownSource(url.href),
          location: shownSource(next.href),
        });
      url = next;
      continue;
    }
    const body = await bodyOf(response, url, access);
    if (status >= 200 && status < 300) return body;
    throw refusal(url, response, body);
  }
  throw new SourceError('source-unreachable.sendsOnForever', { source: shownSource(start.href) });
}

/** The server answered, with something else than the text. */
function refusal(
  url: URL,
  { statusCode = 0, statusMessage = '', headers }: IncomingMessage,
  body: string,
): SourceError {
  const answer = body
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LAST_WORDS);
  return new SourceError(
    answer === '' ? 'source-unreachable.status' : 'source-unreachable.statusWith',
    { source: shownSource(url.href), status: `${statusCode} ${statusMessage}`.trimEnd(), answer },
    {
      mayCome: mayPass(statusCode),
      isAbsent: statusCode === 404 || statusCode === 410,
      retryAfterMs: secondsOf(headers['retry-after']),
    },
  );
}

async function get(url: URL, { tlsFingerprint, identity, signal }: HttpAccess): Promise<IncomingMessage> {
  const socket = await connected(url, tlsFingerprint, signal);
  const { username, password } = url;
  const login = [username, password].map(decodedOrAsWritten).join(':');
  const credentials = username === '' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  const sent = request({
    createConnection: () => socket,
    host: url.hostname,
    path: `${url.pathname}${url.search}`,
    headers: {
      host: url.host,
      accept: 'application/yaml, text/plain, */*',
      'accept-encoding': 'identity',
      'user-agent': 'xenwright',
      connection: 'close',
      ...credentials,
      ...identityHeaders(identity),
    },
  });
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new NoAnswer(SILENCE_MS)));
  const answered = answerTo(sent);
  sent.end();
  return await answered.catch((error: unknown) => {
    throw unreachable(url, error, signal);
  });
}

/** `X-Xenwright-MAC-0: 52:54:00:12:34:56` and its like; what is not known is left out. */
function identityHeaders(identity: MachineIdentity | undefined): Record<string, string> {
  if (identity === undefined) return {};
  const { macs, serial, uuid, product } = identity;
  const named = Object.entries({
    'X-Xenwright-Serial': serial,
    'X-Xenwright-UUID': uuid,
    'X-Xenwright-Product': product,
  }).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries([...macs.map((mac, index) => [`X-Xenwright-MAC-${index}`, mac] as const), ...named]);
}

async function connected(
  url: URL,
  tlsFingerprint: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Socket> {
  if (url.protocol !== 'https:' && tlsFingerprint !== undefined)
    throw failure('certificate-differs.plainHttp', EXIT.source, { source: shownSource(url.href) });
  return await connectTo(
    url,
    tlsFingerprint === undefined ? null : { fingerprint: tlsFingerprint, isOnly: true },
    signal,
  ).catch((error: unknown) => {
    throw error instanceof XenwrightError ? error : unreachable(url, error, signal);
  });
}

async function bodyOf(response: IncomingMessage, url: URL, { signal }: HttpAccess): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response) {
      bytes += (part as Buffer).length;
      if (bytes > LIMIT_BYTES)
        throw new SourceError('source-unreachable.answerTooLarge', { source: shownSource(url.href) });
      parts.push(part as Buffer);
    }
  } catch (error) {
    throw error instanceof SourceError ? error : unreachable(url, error, signal);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Certificates that will not do are final; the rest may pass. */
function unreachable(url: URL, error: unknown, signal: AbortSignal | undefined): XenwrightError {
  if (signal?.aborted === true)
    return failure('interrupted.source', EXIT.interrupted, { source: shownSource(url.href) });
  const { code = '' } = error as NodeJS.ErrnoException;
  const isCertificate = isCertificateCode(code);
  const isOfTime = code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED';
  return new SourceError(
    isOfTime
      ? 'source-unreachable.certificateTime'
      : isCertificate
        ? 'source-unreachable.certificate'
        : 'source-unreachable.connection',
    { source: shownSource(url.href), reason: reasonFor(url, error) },
    { mayCome: !isCertificate },
  );
}

/** By the code of the error. */
const REASONS = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unknownName',
  EAI_AGAIN: 'nameNotNow',
  ECONNRESET: 'hungUp',
  EHOSTUNREACH: 'noWayToMachine',
  ENETUNREACH: 'noWayToNetwork',
  ETIMEDOUT: 'noAnswer',
} as const;

function reasonFor({ hostname }: URL, error: unknown): Message {
  if (error instanceof NoAnswer)
    return { key: 'errors.source-unreachable.reasons.noAnswerWithin', values: { seconds: error.seconds } };
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (Object.hasOwn(REASONS, code))
    return {
      key: `errors.source-unreachable.reasons.${REASONS[code as keyof typeof REASONS]}`,
      values: { name: hostname },
    };
  return isCertificateCode(code) && !message.includes('ertificate')
    ? { key: 'errors.source-unreachable.reasons.certificate', values: { reason: message, code } }
    : message;
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) * 1000 : null;
}
