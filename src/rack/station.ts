/** The machines that report here: takes what came in, once and in order, and tells of what is new. */
import type { ReportStore } from './ports.ts';
import { isNews } from './line.ts';
import { Machine, type MachineView } from './machine.ts';
import { Numbers, receivedEvent, type Received } from './received.ts';

interface Known {
  readonly machine: Machine;
  numbers: Numbers;
  turn: Promise<unknown>;
  shown: MachineView | null;
}

/** So many runs are enough for any rack; more are somebody's mischief. */
const MOST_RUNS = 5_000;

export class Station {
  readonly #store: ReportStore;
  readonly #onNews: (view: MachineView, before: MachineView | null) => void;
  readonly #known = new Map<string, Known>();

  constructor(store: ReportStore, onNews: (view: MachineView, before: MachineView | null) => void) {
    this.#store = store;
    this.#onNews = onNews;
  }

  /** What was received before this process began; nobody is told of it again. */
  async recall(): Promise<void> {
    await this.#store.replay((run, line) => {
      const received = receivedEvent(line);
      // What an earlier server took, or somebody has written into the file, is no better than what is sent.
      if ('fault' in received || received.head.run !== run) return;
      const known = this.#of(run);
      if (known === null || !known.numbers.take(received.head)) return;
      if (received.event !== null) known.machine.follow(received.event);
    });
    for (const known of this.#known.values()) known.shown = known.machine.view;
  }

  /** False: it cannot be kept. */
  async take(received: Received): Promise<boolean> {
    const known = this.#of(received.run);
    if (known === null) return false;
    // One after the other: the same events may come twice at once.
    const turn = known.turn.catch(() => undefined).then(async () => await this.#takeNow(known, received));
    known.turn = turn;
    return await turn;
  }

  async #takeNow(known: Known, { run, events }: Received): Promise<boolean> {
    const numbers = known.numbers.copy();
    const fresh = events.filter(({ head }) => numbers.take(head));
    if (fresh.length === 0) return true;
    if (
      !(await this.#store.append(
        run,
        fresh.map(({ line }) => line),
      ))
    )
      return false;
    // Only now: what could not be kept is taken when it is sent again.
    known.numbers = numbers;
    for (const { event } of fresh) {
      if (event === null) continue;
      known.machine.follow(event);
      const { view } = known.machine;
      if (!isNews(known.shown, view)) continue;
      this.#onNews(view, known.shown);
      known.shown = view;
    }
    return true;
  }

  /** Those heard last come first. */
  get machines(): MachineView[] {
    return [...this.#known.values()]
      .map(({ machine }) => machine.view)
      .filter(({ lastTime }) => lastTime !== '')
      .sort((a, b) => Date.parse(b.lastTime) - Date.parse(a.lastTime));
  }

  #of(run: string): Known | null {
    const known = this.#known.get(run);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_RUNS) return null;
    const fresh = { machine: new Machine(run), numbers: new Numbers(), turn: Promise.resolve(), shown: null };
    this.#known.set(run, fresh);
    return fresh;
  }
}
