/** The profile with a person's answers in it, kept beside the journal: a run that goes on asks nothing twice. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

const FILE = 'answered.json';
interface Kept {
  readonly of: string;
  readonly text: string;
}

/** `of`: what was asked about. For its owner alone: there are hashes of passwords in it. */
export async function keepAnswers(folder: string, of: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFileAtomic(join(folder, FILE), JSON.stringify({ of: hashOf(of), text } satisfies Kept), { mode: 0o600 });
}

/** Null where there are none, or where something else was asked about. */
export async function keptAnswers(folder: string, of: string): Promise<string | null> {
  try {
    const kept = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Partial<Kept>;
    return kept.of === hashOf(of) && typeof kept.text === 'string' ? kept.text : null;
  } catch {
    return null;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
