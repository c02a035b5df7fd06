/** Reads a SOURCE: a path, standard input, or an HTTP(S) address. What it cannot read yet it refuses by name. */
import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { EXIT, XenwrightError } from '../errors.ts';

const TRIES = 3;
const TIMEOUT_MS = 20_000;
const LIMIT_BYTES = 8 * 1024 * 1024;

/** The text of a SOURCE. Throws XenwrightError with exit 6 when it cannot be had. */
export async function readSource(source: string): Promise<string> {
  if (source === '-') return await readStream(process.stdin);
  if (/^https?:\/\//.test(source)) return await readHttp(source);
  const scheme = /^(nfs|label|cdrom|ftp|file):/.exec(source)?.[1];
  if (scheme !== undefined) throw unreachable(`${source}: ${scheme}: sources are not supported yet`, 'name a path or an http(s):// address');
  try {
    return await readFile(source, 'utf8');
  } catch (error) {
    throw unreachable(`${source} cannot be read: ${reasonOf(error)}`, 'check the path');
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'that is not permitted' }[code ?? ''] ?? message;
}

async function readHttp(url: string): Promise<string> {
  let reason = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/yaml, text/plain, */*' } });
      const body = await response.text();
      if (response.ok && body.length <= LIMIT_BYTES) return body;
      reason = response.ok ? 'the answer is larger than 8 MiB' : `the server answered ${response.status} ${response.statusText}: ${body.slice(0, 200).trim()}`;
      if (response.status >= 400 && response.status < 500) break;
    } catch (error) {
      reason = error instanceof Error ? `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` : String(error);
    }
    if (attempt < TRIES) await new Promise((resolve) => { setTimeout(resolve, attempt * 1000); });
  }
  throw unreachable(`${url}: ${reason}`, 'check the address and the server');
}

function unreachable(message: string, hint: string): XenwrightError {
  return new XenwrightError({ code: 'source-unreachable', exit: EXIT.source, message, hint });
}
