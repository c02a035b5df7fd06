/** The profile with a person's answers in it, kept beside the journal: a run that goes on asks nothing twice. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { makeFolder, readOwn, refuseUnsafeFolder, writeOwn } from '../files/own-files.ts';

const FILE = 'answered.json';
interface Kept {
  readonly of: string;
  readonly text: string;
}

/** `of`: what was asked about. For its owner alone: there are hashes of passwords in it. */
export async function keepAnswers(folder: string, of: string, text: string): Promise<void> {
  await makeFolder(folder);
  await writeOwn(join(folder, FILE), JSON.stringify({ of: hashOf(of), text } satisfies Kept));
}

/** Null where there are none, or where something else was asked about. Throws `folder-unsafe` (exit 4). */
export async function keptAnswers(folder: string, of: string): Promise<string | null> {
  await refuseUnsafeFolder(folder);
  const kept = parseJson((await readOwn(join(folder, FILE)))?.toString('utf8') ?? null);
  return isRecord(kept) && kept['of'] === hashOf(of) && typeof kept['text'] === 'string' ? kept['text'] : null;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
