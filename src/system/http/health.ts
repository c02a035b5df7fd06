/**
 * Is a guest well, asked from Dom0? As assets/host/xenwright_host/health.py does at the start: who answers is the
 * guest, it gets the one question, leads nobody elsewhere, and no more is read than the head of its answer.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { reasonOf } from '../../errors.ts';
import { cleanLine } from '../../clean-text.ts';
import type { HealthCheck } from '../../host/status/port.ts';

const LIMIT_MS = 10_000;
const MOST_CHARACTERS = 200;

/** Null where it is well, else why not. Within `limitMs`. */
export async function healthOf(check: HealthCheck, address: string, limitMs = LIMIT_MS): Promise<string | null> {
  try {
    return 'tcp' in check
      ? await port(check.tcp, address, limitMs)
      : await answer(new URL(check.http), check.status, address, limitMs);
  } catch (error) {
    const asked = 'tcp' in check ? `port ${check.tcp}` : shown(check.http);
    return cleanLine(`${asked}: ${reasonOf(error)}`, MOST_CHARACTERS);
  }
}

async function port(number: number, address: string, limitMs: number): Promise<null> {
  return await limited(limitMs, (done, fail) => {
    const socket = connect({ host: address, port: number }, () => done(null));
    socket.once('error', fail);
    return () => socket.destroy();
  });
}

async function answer(url: URL, wanted: number, address: string, limitMs: number): Promise<string | null> {
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isGuest = ['localhost', '127.0.0.1', '::1'].includes(name);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { username, password } = url;
  const status = await limited<number>(limitMs, (done, fail) => {
    const asked = request(
      {
        host: isGuest ? address : name,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: `${url.pathname}${url.search}`,
        agent: false,
        headers: { 'User-Agent': 'xenwright', Connection: 'close' },
        ...(username === '' && password === ''
          ? {}
          : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
      },
      (response) => done(response.statusCode ?? 0),
    );
    asked.once('error', fail).end();
    return () => asked.destroy();
  });
  if (status === wanted) return null;
  const redirect = status >= 300 && status < 400 ? ' (a redirect is not followed)' : '';
  return `${shown(url.href)} answered ${status}${redirect}, not ${wanted}`;
}

/** Who is named in it, and what follows the path, may let in. */
function shown(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** `begin` returns how it is ended, whatever came of it. */
async function limited<Value>(
  limitMs: number,
  begin: (done: (value: Value) => void, fail: (error: Error) => void) => () => void,
): Promise<Value> {
  let end = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Value>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${Math.round(limitMs / 1000)} s`)), limitMs);
      end = begin(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    end();
  }
}
