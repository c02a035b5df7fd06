/** One GET of a text. The server's certificate is looked at before anything is sent to it. */
import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { MachineIdentity } from '../../facts/machine-identity.ts';
import { shownSource } from '../../profile/source-ref.ts';
import { connectTo, isCertificateCode, mayPass } from '../http/connect.ts';
import { SourceError } from './error.ts';

export const LIMIT_BYTES = 8 * 1024 * 1024;
const SILENCE_MS = 20_000;
const REDIRECTS = 5;
const LAST_WORDS = 200;
const HINT = 'check the address and the server';

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
        throw new SourceError(
          `${shownSource(url.href)}: the server sends on to ${location}, which is no web address`,
          HINT,
        );
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw new SourceError(
          `${shownSource(url.href)}: the server sends on to ${shownSource(next.href)}, without encryption`,
          'name that address yourself if it is meant',
        );
      url = next;
      continue;
    }
    const body = await bodyOf(response, url, access);
    if (status >= 200 && status < 300) return body;
    const words = body
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, LAST_WORDS);
    throw new SourceError(
      `${shownSource(url.href)}: the server answered ${status} ${response.statusMessage ?? ''}`.trimEnd() +
        (words === '' ? '' : `: ${words}`),
      HINT,
      {
        mayCome: mayPass(status),
        isAbsent: status === 404 || status === 410,
        retryAfterMs: secondsOf(response.headers['retry-after']),
      },
    );
  }
  throw new SourceError(`${shownSource(start.href)}: the server sends on and on`, HINT);
}

async function get(url: URL, { tlsFingerprint, identity, signal }: HttpAccess): Promise<IncomingMessage> {
  const socket = await connected(url, tlsFingerprint, signal);
  return await new Promise((resolve, reject) => {
    const credentials =
      url.username === ''
        ? {}
        : {
            authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`,
          };
    const sent = request(
      {
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
      },
      resolve,
    );
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
    sent.on('error', (error) => reject(unreachable(url, error, signal)));
    sent.end();
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
        throw new SourceError(`${shownSource(url.href)}: the answer is larger than 8 MiB`, 'a profile is a small text');
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
  const { code = '', message } = error as NodeJS.ErrnoException;
  const words =
    {
      ECONNREFUSED: 'nobody answers there (connection refused)',
      ENOTFOUND: `the name ${url.hostname} is not known`,
      EAI_AGAIN: `the name ${url.hostname} cannot be looked up now`,
      ECONNRESET: 'the server hung up',
      EHOSTUNREACH: 'there is no way to that machine',
      ENETUNREACH: 'there is no way to that network',
      ETIMEDOUT: 'no answer',
    }[code] ?? message;
  const isCertificate = isCertificateCode(code);
  const hint =
    code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED'
      ? "check the certificate, and this machine's clock"
      : isCertificate
        ? "give the certificate's fingerprint (--tls-fingerprint), or have it signed by somebody this system trusts"
        : HINT;
  return new SourceError(
    `${shownSource(url.href)}: ${words}${isCertificate && !words.includes('ertificate') ? ` (certificate: ${code})` : ''}`,
    hint,
    { mayCome: !isCertificate },
  );
}

function secondsOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) * 1000 : null;
}
