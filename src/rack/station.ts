/** The machines that report here: takes what came in, once and in order, and tells of what is new. */
import type { Kept, ReportStore } from './ports.ts';
import { KnownLines, PAGE_BYTES } from './known-lines.ts';
import { isNews } from './line.ts';
import { Machine, type MachineView } from './machine.ts';
import { receivedEvent, type Received, type ReceivedEvent } from './received.ts';
import { Shares } from './shares.ts';

interface Known {
  readonly run: string;
  readonly machine: Machine;
  readonly lines: KnownLines;
  /** Who has spoken of it first. */
  readonly sender: string;
  shown: MachineView | null;
}

/** `machines`: so many runs. The rest in bytes of memory: what is known of them, what of it is shown, which lines came. */
export interface StationLimits {
  readonly machines: number;
  readonly heldBytes: number;
  readonly shownBytes: number;
  readonly lineBytes: number;
}
const MIB = 1024 * 1024;
/** Enough for any rack; more is somebody's mischief. A page of what is shown must still fit into one text. */
const LIMITS: StationLimits = { machines: 5_000, heldBytes: 256 * MIB, shownBytes: 64 * MIB, lineBytes: 128 * MIB };
/** A view that took longer to make is not made for every request. */
const COSTLY_MS = 20;
const REST_TIMES = 4;

export class Station {
  readonly #store: ReportStore;
  readonly #onNews: (view: MachineView, before: MachineView | null) => void;
  readonly #limits: StationLimits;
  readonly #known = new Map<string, Known>();
  readonly #runs = new Shares();
  /** What comes of one run is taken one after the other: the same events may come twice at once. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #sums = { held: 0, shown: 0, pages: 0 };
  #views: { readonly list: MachineView[]; readonly costMs: number; readonly madeMs: number } | null = null;

  constructor(
    store: ReportStore,
    onNews: (view: MachineView, before: MachineView | null) => void,
    limits: Partial<StationLimits> = {},
  ) {
    this.#store = store;
    this.#onNews = onNews;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** What was received before this process began; nobody is told of it again. */
  async recall(): Promise<void> {
    await this.#store.replay((run, line) => {
      const received = receivedEvent(line);
      // What an earlier server took, or somebody has written into the file, is no better than what is sent.
      if ('fault' in received || received.head.run !== run) return;
      const known = this.#of(run, '');
      if (known.lines.has(received.head, received.line)) return;
      this.#changing(known, () => {
        known.lines.note(received.head, received.line);
        const heardMs = Math.min(Date.now(), Date.parse(received.head.time));
        if (received.event !== null) known.machine.follow(received.event, received.line.length, heardMs);
      });
      this.#makeRoom();
    });
    for (const known of this.#known.values()) known.shown = known.machine.view;
  }

  /** What became of it. `sender`: who has sent it, as `senderOf` tells. */
  async take(received: Received, sender: string): Promise<Kept> {
    const { run } = received;
    const before = this.#turns.get(run) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(async () => await this.#takeNow(received, sender));
    this.#turns.set(run, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(run) === turn) this.#turns.delete(run);
    }
  }

  async #takeNow({ run, events }: Received, sender: string): Promise<Kept> {
    const fresh = freshOf(events, this.#known.get(run)?.lines);
    if (fresh.length === 0) return 'kept';
    const lines = fresh.map(({ line }) => line);
    const kept = await this.#store.append(run, lines, sender);
    // Only when it is kept: what could not be is taken when it is sent again.
    if (kept !== 'kept') return kept;
    const nowMs = Date.now();
    const known = this.#of(run, sender);
    for (const [index, { head, event, line }] of fresh.entries()) {
      this.#changing(known, () => {
        known.lines.note(head, line);
        if (event !== null) known.machine.follow(event, line.length, nowMs);
      });
      const isTelling = event !== null && !/^action\.(progress|output|started)$/.test(event.type);
      if (isTelling || index === fresh.length - 1) this.#tell(known);
    }
    this.#makeRoom();
    return 'kept';
  }

  #tell(known: Known): void {
    const { view } = known.machine;
    if (view.lastTime === '' || !isNews(known.shown, view)) return;
    this.#onNews(view, known.shown);
    known.shown = view;
  }

  /** Those heard last come first. Of very many it may be a moment old. */
  get machines(): MachineView[] {
    const nowMs = performance.now();
    const { costMs, madeMs, list: made } = this.#views ?? { costMs: 0, madeMs: 0, list: [] };
    if (costMs > COSTLY_MS && nowMs - madeMs < REST_TIMES * costMs) return made;
    const list = [...this.#known.values()]
      .map(({ machine }) => machine.view)
      .filter(({ lastTime }) => lastTime !== '')
      .sort((a, b) => Date.parse(b.lastTime) - Date.parse(a.lastTime));
    const endMs = performance.now();
    this.#views = { list, costMs: endMs - nowMs, madeMs: endMs };
    return list;
  }

  /** Keeps the sums while something about a machine changes. */
  #changing(known: Known, change: () => void): void {
    this.#count(known, -1);
    change();
    this.#count(known, 1);
  }

  #count({ machine, lines }: Known, sign: -1 | 1): void {
    this.#sums.held += sign * machine.heldBytes;
    this.#sums.shown += sign * machine.shownBytes;
    this.#sums.pages += sign * lines.pages;
  }

  /** Where too much is known, the machine with the most is forgotten here; what it said is kept on disk. */
  #makeRoom(): void {
    const largest = (size: (known: Known) => number): Known | undefined =>
      [...this.#known.values()].reduce<Known | undefined>(
        (most, known) => (most === undefined || size(known) > size(most) ? known : most),
        undefined,
      );
    while (this.#sums.held > this.#limits.heldBytes) this.#forget(largest(({ machine }) => machine.heldBytes));
    while (this.#sums.shown > this.#limits.shownBytes) this.#forget(largest(({ machine }) => machine.shownBytes));
    while (this.#sums.pages * PAGE_BYTES > this.#limits.lineBytes) {
      const most = largest(({ lines }) => lines.pages);
      if (most === undefined) break;
      this.#changing(most, () => most.lines.forgetPage());
    }
  }

  #forget(known: Known | undefined): void {
    if (known === undefined || !this.#known.delete(known.run)) return;
    this.#count(known, -1);
    this.#runs.add(known.sender, -1);
  }

  /** Where there are too many, whoever has brought most of them loses the one that was silent longest. */
  #of(run: string, sender: string): Known {
    const known = this.#known.get(run);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#limits.machines) {
      const greediest = this.#runs.greediest;
      const theirs = [...this.#known.values()].filter((one) => one.sender === greediest);
      this.#forget(
        theirs.reduce<Known | undefined>(
          (oldest, one) => (oldest === undefined || one.machine.heardMs < oldest.machine.heardMs ? one : oldest),
          undefined,
        ),
      );
    }
    const fresh = { run, machine: new Machine(run), lines: new KnownLines(), sender, shown: null };
    this.#known.set(run, fresh);
    this.#runs.add(sender, 1);
    return fresh;
  }
}

/** Without what came before, or twice within it. */
function freshOf(events: readonly ReceivedEvent[], known: KnownLines | undefined): ReceivedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ head, line }) => {
    if (seen.has(line) || known?.has(head, line) === true) return false;
    seen.add(line);
    return true;
  });
}
