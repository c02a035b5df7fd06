/** Real web servers on the loopback, with and without TLS, for tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync, mkdtempSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}
export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** As openssl prints it, with colons. */
  readonly fingerprint: string;
}

export async function serve(answer: RequestListener, certificate?: Certificate, port = 0): Promise<Served> {
  const server: Server =
    certificate === undefined
      ? createServer(answer)
      : (createTlsServer({ key: certificate.key, cert: certificate.cert }, answer) as unknown as Server);
  server.listen(port, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  const at = (server.address() as AddressInfo).port;
  return {
    url: `http${certificate === undefined ? '' : 's'}://127.0.0.1:${at}`,
    port: at,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** Signed by nobody but itself, for this subject. `file`: the certificate, for those who are to trust it. */
function signed(subject: string, ...more: readonly string[]): Certificate & { readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'xw-cert-'));
  const [key, file] = [join(folder, 'key'), join(folder, 'cert')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      file,
      '-days',
      '2',
      '-subj',
      subject,
      ...more,
    ],
    { stdio: 'ignore' },
  );
  const printed = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha256', '-in', file], {
    encoding: 'utf8',
  });
  return { key: readFileSync(key), cert: readFileSync(file), file, fingerprint: printed.split('=')[1]?.trim() ?? '' };
}

/** Of no address, and trusted by nobody. */
export const selfSigned = (): Certificate => signed('/CN=server.example');
/** Of 127.0.0.1, and its own authority. */
export const ownAuthority = (): Certificate & { readonly file: string } =>
  signed('/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1');
