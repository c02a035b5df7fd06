/** Unpacks small files of a medium, a server or a disk, which may be made to unfold without end. */
import { spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { constants, gunzip, zstdDecompress } from 'node:zlib';

/** More than any list of packages, kernel or initrd that is packed has. */
export const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;
/** A window of 256 MiB: what looks further back is made by nobody who wants it to be read. */
const ZSTD_WINDOW_LOG = 28;
/** By the ending of a name: what Node.js does not unpack itself. */
const TOOLS: Readonly<Record<string, { readonly argv: readonly [string, ...string[]]; readonly package: string }>> = {
  xz: { argv: ['xz', '--decompress', '--stdout', '--memlimit-decompress=256MiB'], package: 'xz-utils' },
};

/** Packed once too often, or by somebody who means harm. */
function tooMuch(limitBytes: number): Error {
  return new Error(`it unpacks to more than ${Math.floor(limitBytes / 1024 / 1024)} MiB`);
}

/** By the ending of `name`: `.gz`, `.xz`, `.zst`, or as it is. Throws Error in words, or what the signal says. */
export async function unpacked(
  name: string,
  bytes: Buffer,
  { limitBytes = MOST_UNPACKED_BYTES, signal }: { readonly limitBytes?: number; readonly signal?: AbortSignal } = {},
): Promise<Buffer> {
  signal?.throwIfAborted();
  if (name.endsWith('.gz')) return await gunzipped(bytes, limitBytes);
  if (name.endsWith('.zst')) return await unzstd(bytes, limitBytes);
  const tool = TOOLS[name.slice(name.lastIndexOf('.') + 1)];
  if (tool !== undefined) return await byTool(tool, bytes, limitBytes, signal);
  if (bytes.length > limitBytes) throw tooMuch(limitBytes);
  return bytes;
}

/** Away from this thread, so that signals are heard meanwhile. */
export async function gunzipped(bytes: Buffer, limitBytes = MOST_UNPACKED_BYTES): Promise<Buffer> {
  return await promisify(gunzip)(bytes, { maxOutputLength: limitBytes }).catch(inWords(limitBytes));
}

async function unzstd(bytes: Buffer, limitBytes: number): Promise<Buffer> {
  const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  return await promisify(zstdDecompress)(bytes, { maxOutputLength: limitBytes, params }).catch(inWords(limitBytes));
}

function inWords(limitBytes: number): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooMuch(limitBytes) : error;
  };
}

async function byTool(
  { argv: [program, ...argv], package: name }: (typeof TOOLS)[string],
  bytes: Buffer,
  limitBytes: number,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  const child = spawn(program, argv, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) });
  const chunks: Buffer[] = [];
  let [size, words] = [0, ''];
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  child.on('error', (error: NodeJS.ErrnoException) => {
    reject(error.code === 'ENOENT' ? new Error(`${program} is not installed (apt-get install ${name})`) : error);
  });
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString('utf8')}`.slice(0, 500);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
    else {
      child.kill('SIGKILL');
      reject(tooMuch(limitBytes));
    }
  });
  // What is cut off is no list, even if its beginning is one.
  child.on('close', (code) => {
    if (code === 0) resolve(Buffer.concat(chunks));
    else reject(new Error(words.trim() === '' ? `${program} ended with ${code ?? 'a signal'}` : words.trim()));
  });
  child.stdin.end(bytes);
  return await promise;
}
