/**
 * When the host is looked at: at once when something has happened, but never so often that looking would cost more than
 * a small part of a processor, however often something happens; its figures and its state seldom. Nothing while a
 * command has the terminal.
 */

export interface PaceWork {
  /** Frames that nobody asked for, of this terminal: a serial line gets its figures less often. */
  readonly framesPerSecond: number;
  look(): Promise<void>;
  figures(): Promise<void>;
  check(): Promise<void>;
  fail(error: unknown): void;
  now(): number;
}
export interface Pace {
  begin(): void;
  /** Something may have changed. */
  lookSoon(): void;
  /** A person has changed something, or wants to see it. */
  lookNow(): void;
  /** The state of the host is asked for, unless it has just been. */
  checkSoon(): void;
  /** Somebody else has the terminal. */
  pause(): void;
  goOn(): void;
  end(): void;
}

/** So soon that shares of processors are there when somebody has read the first screen. */
const FIRST_FIGURES_MS = 3_000;
const FIGURES_MS = 10_000;
const SLOW_FIGURES_MS = 60_000;
/** On a line with fewer frames a second a screen takes seconds. */
const SLOW = 1;
const CHECK_MS = 15 * 60_000;
const FRESH_CHECK_MS = 60_000;
/** What comes together is looked at together. */
const LOOK_AFTER_MS = 300;
/** When something happens all the time, a look that took a second is followed by twenty without one. */
const REST_TIMES = 20;
const OFTEN = 6;
const MINUTE_MS = 60_000;

export function paceOf(work: PaceWork): Pace {
  const figuresMs = work.framesPerSecond < SLOW ? SLOW_FIGURES_MS : FIGURES_MS;
  const timers = timersOf(work.fail);
  const looks = looksOf(work, timers);
  const checks = checksOf(work, timers);
  const figures = async (): Promise<void> => {
    await work.figures();
    timers.after('figures', figuresMs, figures);
  };
  return {
    begin() {
      looks
        .look()
        .then(async () => {
          timers.after('figures', FIRST_FIGURES_MS, figures);
          await checks.check();
        })
        .catch(work.fail);
    },
    lookSoon: looks.lookSoon,
    lookNow: looks.lookNow,
    checkSoon: checks.checkSoon,
    pause: timers.pause,
    goOn() {
      timers.goOn();
      looks.lookNow();
      timers.after('figures', FIRST_FIGURES_MS, figures);
      timers.after('check', CHECK_MS, checks.check);
    },
    end: timers.pause,
  };
}

interface Timers {
  /** Unless it waits already, or all is paused. */
  after(name: string, ms: number, act: () => Promise<void>): void;
  cancel(name: string): void;
  isPaused(): boolean;
  pause(): void;
  goOn(): void;
}

function timersOf(fail: (error: unknown) => void): Timers {
  const timers = new Map<string, NodeJS.Timeout>();
  let isPaused = false;
  const cancel = (name: string): void => {
    clearTimeout(timers.get(name));
    timers.delete(name);
  };
  return {
    cancel,
    after(name, ms, act) {
      if (isPaused || timers.has(name)) return;
      const timer = setTimeout(() => {
        timers.delete(name);
        act().catch(fail);
      }, ms);
      timers.set(name, timer);
    },
    isPaused: () => isPaused,
    pause() {
      isPaused = true;
      for (const name of [...timers.keys()]) cancel(name);
    },
    goOn() {
      isPaused = false;
    },
  };
}

/** One look at a time; what happens meanwhile, or while all is paused, is looked at afterwards. */
function looksOf(work: PaceWork, timers: Timers) {
  let isLooking = false;
  let isMissed = false;
  let notBeforeMs = 0;
  let begun: readonly number[] = [];
  const look = async (): Promise<void> => {
    if (isLooking) return lookSoon();
    isLooking = true;
    isMissed = false;
    const began = work.now();
    await work.look();
    begun = [...begun.filter((ms) => began - ms < MINUTE_MS), began];
    notBeforeMs = begun.length < OFTEN ? 0 : work.now() + REST_TIMES * (work.now() - began);
    isLooking = false;
    if (isMissed) lookSoon();
  };
  const lookSoon = (): void => {
    if (isLooking || timers.isPaused()) isMissed = true;
    else timers.after('look', Math.max(LOOK_AFTER_MS, notBeforeMs - work.now()), look);
  };
  return {
    look,
    lookSoon,
    lookNow() {
      notBeforeMs = 0;
      timers.cancel('look');
      lookSoon();
    },
  };
}

function checksOf(work: PaceWork, timers: Timers) {
  let isChecking = false;
  let checkedMs = -Infinity;
  const check = async (): Promise<void> => {
    if (isChecking) return;
    isChecking = true;
    await work.check();
    isChecking = false;
    checkedMs = work.now();
    timers.after('check', CHECK_MS, check);
  };
  return {
    check,
    checkSoon() {
      if (timers.isPaused() || work.now() - checkedMs < FRESH_CHECK_MS) return;
      check().catch(work.fail);
    },
  };
}
