/** A connection to a web server whose certificate has been looked at before anything is sent to it. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import tls, { connect as connectTls, type TLSSocket } from 'node:tls';
import { EXIT, failure } from '../../errors.ts';

/**
 * SHA-256 of a certificate, hex without colons. `isOnly`: no other is accepted; else one that is signed by somebody
 * trusted will do, too.
 */
export interface TlsPin {
  readonly fingerprint: string;
  readonly isOnly: boolean;
}

/** Answers that may be others in a while. */
const PASSING = new Set([408, 425, 429]);
/** Codes of OpenSSL and of Node.js. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/;
const SILENCE_MS = 20_000;
const WHOLE_MS = 120_000;

/** Who was asked has said nothing. */
export class NoAnswer extends Error {
  readonly seconds: number;
  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1000} s`);
    this.seconds = limitMs / 1000;
  }
}

/** Throws `certificate-differs` (exit 6), NoAnswer, or what the socket says. */
export async function connectTo(url: URL, pin: TlsPin | null, signal: AbortSignal | undefined): Promise<Socket> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  signal?.throwIfAborted();
  const socket = isTls
    ? connectTls({
        host,
        port,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(pin?.isOnly === true ? {} : authorities()),
        ...(pin === null ? {} : { rejectUnauthorized: false }),
      })
    : connectPlain({ host, port });
  const stop = (): void => {
    socket.destroy(new Error('stopped'));
  };
  const limit = setTimeout(() => socket.destroy(new NoAnswer(WHOLE_MS)), WHOLE_MS);
  signal?.addEventListener('abort', stop, { once: true });
  socket.once('close', () => {
    clearTimeout(limit);
    signal?.removeEventListener('abort', stop);
  });
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new NoAnswer(SILENCE_MS)));
  await new Promise<void>((resolve, reject) => {
    socket.once(isTls ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('the server hung up'), { code: 'ECONNRESET' })));
  });
  if (isTls && pin !== null) refuseOther(socket as TLSSocket, url, pin);
  return socket;
}

function refuseOther(socket: TLSSocket, url: URL, { fingerprint, isOnly }: TlsPin): void {
  const found = (socket.getPeerCertificate().fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
  if (found === fingerprint || (!isOnly && socket.authorized)) return;
  const { authorizationError } = socket;
  socket.destroy();
  throw failure(isOnly ? 'certificate-differs.pinned' : 'certificate-differs.unknown', EXIT.source, {
    server: url.host,
    found,
    wanted: fingerprint,
    reason: String(authorizationError),
  });
}

/** Those that come with Node, and those that this system trusts: a machine room has its own. */
function authorities(): { readonly ca?: string[] } {
  // Node before 22.15 has no such function: by name it could not even be imported.
  return typeof tls.getCACertificates === 'function'
    ? { ca: [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])] }
    : {};
}

/** May the same request be answered in another way soon? */
export function mayPass(status: number): boolean {
  return status >= 500 || PASSING.has(status);
}

/** Is it the server's certificate that an error's code tells of? It will be no better in a while. */
export function isCertificateCode(code: string): boolean {
  return CERTIFICATE.test(code);
}

/** Has Node.js itself (`fetch`) trust whom this system trusts, too, from now on. */
export function trustSystemAuthorities(): void {
  const { ca } = authorities();
  // Node before 22.19 has no such function.
  if (ca !== undefined && typeof tls.setDefaultCACertificates === 'function') tls.setDefaultCACertificates(ca);
}

/**
 * What a pin for the server of a profile means for another address: nothing without TLS, the only certificate where it
 * is the same server.
 */
export function pinFor(address: string, source: string, fingerprint: string | undefined): TlsPin | null {
  const url = URL.parse(address);
  if (fingerprint === undefined || url?.protocol !== 'https:') return null;
  return { fingerprint, isOnly: url.origin === URL.parse(source)?.origin };
}
