/** Real web servers on the loopback, with and without TLS, for tests. */
import { execFileSync } from 'node:child_process';
import { readFileSync, mkdtempSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Served { readonly url: string; readonly port: number; close(): Promise<void> }
export interface Certificate { readonly key: Buffer; readonly cert: Buffer; /** As openssl prints it, with colons. */ readonly fingerprint: string }

export async function serve(answer: RequestListener, certificate?: Certificate, port = 0): Promise<Served> {
  const server: Server = certificate === undefined ? createServer(answer) : createTlsServer({ key: certificate.key, cert: certificate.cert }, answer) as unknown as Server;
  server.listen(port, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const at = (server.address() as AddressInfo).port;
  return { url: `http${certificate === undefined ? '' : 's'}://127.0.0.1:${at}`, port: at, close: async () => { server.closeAllConnections(); await new Promise((resolve) => { server.close(resolve); }); } };
}

/** Signed by nobody but itself. */
export function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'xw-cert-'));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=server.example'], { stdio: 'ignore' });
  const printed = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha256', '-in', cert], { encoding: 'utf8' });
  return { key: readFileSync(key), cert: readFileSync(cert), fingerprint: printed.split('=')[1]?.trim() ?? '' };
}
