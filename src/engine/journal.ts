/** The journal: what a run has begun and finished, one JSON object a line. A torn last line is normal after a power cut. */

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

/** What the journal says, or null when it is empty. Lines that are no JSON end the reading. */
export async function readJournal(store: JournalStore): Promise<JournalState | null> {
  let run: { run: string; planHash: string } | null = null;
  const finished = new Set<string>();
  const open = new Set<string>();
  const started = new Set<string>();
  const facts: { id: string; fact: ReportedFact }[] = [];
  let complete = false;
  let lastSeq = 0;
  for (const line of await store.lines()) {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      break;
    }
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
  return run === null
    ? null
    : { run: run.run, planHash: run.planHash, finished, started, open: [...open], facts, complete, lastSeq };
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
