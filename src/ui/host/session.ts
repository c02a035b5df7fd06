/**
 * The host's screen at work: looks at the host when something has happened, tells who draws, carries out what keys ask
 * for. While nothing happens it does nothing but ask for the figures, seldom. It knows neither React nor the system.
 */
import type { Overview } from '../../host/overview/overview.ts';
import { isSame, sharesBetween, type DomainFigures } from '../../host/overview/figures.ts';
import type { StatusReport } from '../../host/status/report.ts';
import { reasonOf } from '../../errors.ts';
import { framesOf } from '../frames.ts';
import type { Suspend } from '../wizard/carry-out-export.ts';
import { reduceHost } from './keys.ts';
import type { Size } from './layout.ts';
import { paceOf, type Pace, type PaceWork } from './pace.ts';
import { firstHostView, NOTHING_KNOWN, type HostEffect, type HostEvent, type HostState } from './state.ts';
import type { HostOutcome, HostView, Task } from './state.ts';

/** What the session needs of the world. */
export interface HostPorts {
  look(): Promise<Overview>;
  /** Null: xl does not answer. */
  figures(): Promise<readonly DomainFigures[] | null>;
  check(): Promise<StatusReport>;
  /** Says when something may have changed; gives the way to end it. */
  watch(onChange: () => void): () => void;
  /** A command of Xenwright in the background; resolves with its exit code. */
  runBehind(args: readonly string[], onLine: (line: string) => void): Promise<number>;
  /** A command that has the terminal, which is free meanwhile. */
  runInFront(args: readonly string[]): Promise<number>;
  now(): number;
}
export interface HostStart {
  readonly size: Size;
  readonly framesPerSecond: number;
  /** Commands that there are, as the table has them. */
  readonly commands: ReadonlySet<string>;
}
/** One frame's worth; a new object for each. */
export interface HostSnapshot {
  readonly state: HostState;
  readonly view: HostView;
  readonly commands: ReadonlySet<string>;
}
export interface HostSession {
  getSnapshot(): HostSnapshot;
  subscribe(listener: () => void): () => void;
  send(event: HostEvent): void;
  /** Whoever draws says how the terminal is given away for a while. */
  suspendWith(suspend: Suspend): void;
  readonly done: Promise<HostOutcome>;
  close(): void;
}

const MOST_TASKS = 20;
const MOST_LINES = 60;

export function startHostSession(start: HostStart, ports: HostPorts): HostSession {
  const { commands } = start;
  let state = NOTHING_KNOWN;
  let view = firstHostView(start.size);
  let suspend: Suspend = async (work) => await work();
  const { promise: done, resolve, reject } = Promise.withResolvers<HostOutcome>();
  const frames = framesOf(start.framesPerSecond, (): HostSnapshot => ({ state, view, commands }));
  const learn = (changes: Partial<HostState>): void => {
    state = { ...state, ...changes };
    frames.soon();
  };
  const pace: Pace = paceOf(
    workOf(start, ports, { state: () => state, learn, isOther: () => pace.lookSoon(), fail: reject }),
  );
  const tasks = tasksOf(ports, {
    suspend: async (work) => await suspend(work),
    all: () => state.tasks,
    keep: (all, told) => {
      view = { ...view, told };
      learn({ tasks: all });
    },
    pause: pace.pause,
    goOn: pace.goOn,
    ended: pace.lookNow,
    fail: reject,
  });
  const carryOut = (effect: HostEffect): void => {
    if (effect.type === 'look') pace.lookNow();
    else if (effect.type === 'check') pace.checkSoon();
    else tasks.run(effect);
  };
  const endWatch = ports.watch(pace.lookSoon);
  pace.begin();
  return {
    getSnapshot: frames.getSnapshot,
    subscribe: frames.subscribe,
    send(event) {
      if (view.outcome !== null) return;
      const before = view;
      const step = reduceHost(view, event, state, commands);
      ({ view } = step);
      for (const effect of step.effects) carryOut(effect);
      if (view !== before) frames.publish();
      if (view.outcome !== null) resolve(view.outcome);
    },
    suspendWith: (given) => {
      suspend = given;
    },
    done,
    close() {
      endWatch();
      pace.end();
      frames.close();
    },
  };
}

interface Knowing {
  state(): HostState;
  learn(changes: Partial<HostState>): void;
  /** The figures show another host than the last look. */
  isOther(): void;
  fail(error: unknown): void;
}

/** What is looked at, and what is learned from it. */
function workOf({ framesPerSecond }: HostStart, ports: HostPorts, knowing: Knowing): PaceWork {
  const { state, learn, isOther, fail } = knowing;
  return {
    framesPerSecond,
    fail,
    now: ports.now,
    async look() {
      const overview = await ports.look();
      learn({ overview, ...figuresOf(state(), overview.domains, ports.now()) });
    },
    async figures() {
      const domains = await ports.figures();
      if (domains === null) return;
      const { overview } = state();
      learn(figuresOf(state(), domains, ports.now()));
      if (overview !== null && !isSame(overview.domains, domains)) isOther();
    },
    async check() {
      learn({ isChecking: true });
      learn({ status: await ports.check(), isChecking: false });
    },
  };
}

/** Shares are those since the last figures; a second look a moment later says nothing new. */
function figuresOf(
  { figures, shares }: HostState,
  domains: readonly DomainFigures[],
  ms: number,
): Pick<HostState, 'figures' | 'shares'> {
  if (figures !== null && ms - figures.ms < LEAST_BETWEEN_MS) return { figures, shares };
  return {
    figures: { domains, ms },
    shares: figures === null ? shares : sharesBetween(figures.domains, domains, ms - figures.ms),
  };
}
/** xl counts in tenths of a second: less would be mostly rounding. */
const LEAST_BETWEEN_MS = 1_500;

interface TaskWorld {
  suspend: Suspend;
  all(): readonly Task[];
  keep(tasks: readonly Task[], told: number): void;
  pause(): void;
  goOn(): void;
  ended(): void;
  fail(error: unknown): void;
}

/** Commands at work. What they say is kept, and their ends are told; none of them ends the screen. */
function tasksOf(ports: Pick<HostPorts, 'runBehind' | 'runInFront'>, world: TaskWorld) {
  let last = 0;
  const change = (id: number, how: (task: Task) => Task): void =>
    world.keep(
      world.all().map((task) => (task.id === id ? how(task) : task)),
      id,
    );
  const said = (id: number, line: string): void =>
    change(id, (task) => ({ ...task, lines: [...task.lines, line].slice(-MOST_LINES) }));
  const behind = async (id: number, args: readonly string[]): Promise<number> =>
    await ports.runBehind(args, (line) => said(id, line));
  const inFront = async (args: readonly string[]): Promise<number> => {
    let code = 0;
    world.pause();
    try {
      await world.suspend(async () => {
        code = await ports.runInFront(args);
      });
    } finally {
      world.goOn();
    }
    return code;
  };
  return {
    run({ name, action, arguments: args }: Extract<HostEffect, { type: 'run' }>): void {
      const id = (last += 1);
      const task: Task = { id, name, action, arguments: args, lines: [], code: null };
      world.keep([...world.all(), task].slice(-MOST_TASKS), id);
      (action.how === 'behind' ? behind(id, args) : inFront(args))
        .catch((error: unknown) => {
          said(id, reasonOf(error));
          return 1;
        })
        .then((code) => {
          change(id, (one) => ({ ...one, code }));
          world.ended();
        })
        .catch(world.fail);
    },
  };
}
