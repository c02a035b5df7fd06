/** The journal: what a run has begun and finished, one JSON object a line. A torn last line is normal after a power cut. */
import { EXIT, failure } from '../errors.ts';
import { isRecord, parseJson } from '../facts/lsblk.ts';

/** Where lines go; `append` resolves once they are flushed to the disk. */
export interface JournalStore {
  lines(): Promise<readonly string[]>;
  append(line: string): Promise<void>;
}

/** What a domain reported while it was installed; it must outlive a kill to reach `domain.finished`. */
export interface ReportedFact {
  readonly sshHostKey?: string;
  readonly address?: string;
}

export interface JournalState {
  readonly run: string;
  readonly planHash: string;
  readonly finished: ReadonlySet<string>;
  /** Whatever was started, however it ended. */
  readonly started: ReadonlySet<string>;
  /** Begun, but neither finished nor failed: what a kill interrupted. */
  readonly open: readonly string[];
  readonly facts: readonly { readonly id: string; readonly fact: ReportedFact }[];
  readonly complete: boolean;
  readonly lastSeq: number;
}

type Entry =
  | { readonly entry: 'run'; readonly run: string; readonly planHash: string }
  | {
      readonly entry: 'started' | 'finished' | 'failed';
      readonly id: string;
      readonly seq: number;
      readonly facts?: readonly ReportedFact[];
    }
  | { readonly entry: 'complete'; readonly seq: number };

/**
 * What the journal says, or null when it is empty. Lines that are no entries end the reading: only the last can be
 * torn, and what comes after damage is not believed. Throws `state-damaged` (exit 4) where not even its run can be
 * read.
 */
export async function readJournal(store: JournalStore): Promise<JournalState | null> {
  let run: { run: string; planHash: string } | null = null;
  const finished = new Set<string>();
  const open = new Set<string>();
  const started = new Set<string>();
  const facts: { id: string; fact: ReportedFact }[] = [];
  let complete = false;
  let lastSeq = 0;
  const lines = (await store.lines()).filter((line) => line.trim() !== '');
  for (const line of lines) {
    const entry = entryIn(line);
    if (entry === null) break;
    if (entry.entry === 'run') {
      run = entry;
      continue;
    }
    lastSeq = Math.max(lastSeq, entry.seq);
    if (entry.entry === 'complete') {
      complete = true;
      continue;
    }
    started.add(entry.id);
    if (entry.entry === 'started') open.add(entry.id);
    else open.delete(entry.id);
    if (entry.entry !== 'finished') continue;
    finished.add(entry.id);
    for (const fact of entry.facts ?? []) facts.push({ id: entry.id, fact });
  }
  if (run === null && lines.length > 0) throw failure('state-damaged.journal', EXIT.refused);
  return run === null
    ? null
    : { run: run.run, planHash: run.planHash, finished, started, open: [...open], facts, complete, lastSeq };
}

/** An entry as this version writes it; null for anything else. */
function entryIn(line: string): Entry | null {
  const entry = parseJson(line);
  if (!isRecord(entry)) return null;
  const { entry: kind, run, planHash, id, seq, facts = [] } = entry;
  if (kind === 'run')
    return typeof run === 'string' && typeof planHash === 'string' ? { entry: kind, run, planHash } : null;
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq)) return null;
  if (kind === 'complete') return { entry: kind, seq };
  if ((kind !== 'started' && kind !== 'finished' && kind !== 'failed') || typeof id !== 'string') return null;
  if (!Array.isArray(facts) || !facts.every(isFact)) return null;
  return { entry: kind, id, seq, facts };
}

function isFact(fact: unknown): fact is ReportedFact {
  return isRecord(fact) && ['sshHostKey', 'address'].every((key) => ['string', 'undefined'].includes(typeof fact[key]));
}

/** Writes entries; each call resolves when its line is on the disk. */
export class Journal {
  readonly #store: JournalStore;
  constructor(store: JournalStore) {
    this.#store = store;
  }
  begin(run: string, planHash: string): Promise<void> {
    return this.#write({ entry: 'run', run, planHash });
  }
  started(id: string, seq: number): Promise<void> {
    return this.#write({ entry: 'started', id, seq });
  }
  finished(id: string, seq: number, facts: readonly ReportedFact[] = []): Promise<void> {
    return this.#write({ entry: 'finished', id, seq, ...(facts.length === 0 ? {} : { facts }) });
  }
  failed(id: string, seq: number): Promise<void> {
    return this.#write({ entry: 'failed', id, seq });
  }
  complete(seq: number): Promise<void> {
    return this.#write({ entry: 'complete', seq });
  }
  #write(entry: Entry): Promise<void> {
    return this.#store.append(JSON.stringify(entry));
  }
}
