/** Reads a SOURCE, once: a path, standard input, an address, an NFS export, a labelled volume or an optical disc. */
import { readFile, stat } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import type { TextKey } from '../../i18n/keys.ts';
import type { Message } from '../../i18n/phrase.ts';
import { parseSource } from '../../profile/source-ref.ts';
import { SourceError } from './error.ts';
import { LIMIT_BYTES, readHttp, type HttpAccess } from './http.ts';
import { readMounted } from './mount.ts';

export interface SourceAccess extends HttpAccess {
  /** Told where a reading takes longer than it should, and why it may. */
  readonly onSlow?: ((note: Message) => void) | undefined;
}

/** The text of a SOURCE. Throws XenwrightError with exit 6 when it cannot be had, 2 when it is none. */
export async function readSource(source: string, access: SourceAccess = {}): Promise<string> {
  const ref = parseSource(source);
  switch (ref.kind) {
    case 'stdin':
      return await readStream(process.stdin);
    case 'http':
      return await readHttp(ref.url, access);
    case 'path':
      return await readPath(source, ref.path);
    default:
      return await readMounted(source, ref, access);
  }
}

const REASONS: Readonly<Record<string, TextKey>> = {
  ENOENT: 'errors.source-unreachable.reasons.missing',
  EISDIR: 'errors.source-unreachable.reasons.folder',
  EACCES: 'errors.source-unreachable.reasons.forbidden',
};

async function readPath(source: string, path: string): Promise<string> {
  try {
    const stats = await stat(path);
    if (stats.isFile() && stats.size > LIMIT_BYTES)
      throw new SourceError('source-unreachable.pathTooLarge', { source });
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const key = REASONS[code ?? ''];
    const reason = key === undefined ? message : { key };
    throw new SourceError('source-unreachable.path', { source, reason }, { isAbsent: code === 'ENOENT' });
  }
}
