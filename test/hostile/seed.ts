/**
 * What all hostile runs share: random choices that a seed repeats, and how long to go on. The seed is printed;
 * XENWRIGHT_HOSTILE_SEED takes it again. Short (a few seconds) in `npm test`, long in the full lab.
 */

export interface HostileRun {
  readonly seed: number;
  /** From 0 up to, but not including, 1; the same numbers for the same seed. */
  readonly random: () => number;
  /** Is this the full lab? */
  readonly isLong: boolean;
  /** The time to stop, as Date.now() counts it. */
  readonly until: number;
}

const SHORT_SECONDS = 3;
/** What a program that runs in the full lab has, unless told otherwise. */
export const LONG_MINUTES = 30;
const MOST_SEEDS = 2 ** 32;

/** Prints the seed, so that what failed can be repeated. `name` says whose it is. */
export function hostileRun(
  name = 'hostile',
  { seconds = SHORT_SECONDS, minutes = LONG_MINUTES }: { readonly seconds?: number; readonly minutes?: number } = {},
): HostileRun {
  const given = Number(process.env['XENWRIGHT_HOSTILE_SEED'] ?? Number.NaN);
  const seed = Number.isInteger(given) ? given : Math.floor(Math.random() * MOST_SEEDS);
  const isLong = process.env['XENWRIGHT_TESTS'] === 'lab-full';
  process.stderr.write(`${name}: XENWRIGHT_HOSTILE_SEED=${seed}${isLong ? `, ${minutes} minutes` : ''}\n`);
  return {
    seed,
    random: seededRandom(seed),
    isLong,
    until: Date.now() + (isLong ? minutes * 60_000 : seconds * 1_000),
  };
}

/** Mulberry32: small, even, and the same on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / MOST_SEEDS;
  };
}

/** One of `choices`. */
export function oneOf<Choice>(random: () => number, choices: readonly Choice[]): Choice {
  const choice = choices[Math.floor(random() * choices.length)];
  if (choice === undefined) throw new Error('nothing to choose from');
  return choice;
}
