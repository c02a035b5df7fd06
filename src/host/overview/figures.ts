/** What domains take of memory and processors now: one `xl list`, Dom0 too. Pure. */

/** A domain as `xl list` has it. */
export interface DomainFigures {
  readonly number: number;
  readonly name: string;
  readonly memoryMiB: number;
  readonly vcpus: number;
  /** `rbpscd`, as xl prints them. */
  readonly flags: string;
  /** Time of the processors since it was created. */
  readonly seconds: number;
}

const ROW = /^(.+?)\s+(\d+)\s+(\d+)\s+(\d+)\s+([a-z-]{6})\s+([\d.]+)\s*$/;

/** A name may have blanks. */
export function parseFigures(text: string): DomainFigures[] {
  return text.split('\n').flatMap((line) => {
    const [, name, number, memory, vcpus, flags = '', seconds] = ROW.exec(line) ?? [];
    if (name === undefined) return [];
    return [
      {
        number: Number(number),
        name,
        memoryMiB: Number(memory),
        vcpus: Number(vcpus),
        flags,
        seconds: Number(seconds),
      },
    ];
  });
}

/**
 * How much of one processor each domain has taken between two looks, by its number: 1.5 are one and a half. A domain
 * that one of the looks lacks has none.
 */
export function sharesBetween(
  before: readonly DomainFigures[],
  now: readonly DomainFigures[],
  passedMs: number,
): ReadonlyMap<number, number> {
  if (passedMs <= 0) return new Map();
  const earlier = new Map(before.map(({ number, seconds }) => [number, seconds]));
  return new Map(
    now.flatMap(({ number, seconds }) => {
      const then = earlier.get(number);
      return then === undefined ? [] : [[number, Math.max(0, ((seconds - then) * 1000) / passedMs)] as const];
    }),
  );
}

/** Did a domain come, go, pause or crash? What they take of memory and processors is no such change. */
export function isSame(before: readonly DomainFigures[], now: readonly DomainFigures[]): boolean {
  const text = (all: readonly DomainFigures[]): string =>
    // r and b change all the time: whether it has a processor at this moment.
    all.map(({ number, name, flags }) => `${number} ${name} ${flags.slice(2)}`).join('\n');
  return text(before) === text(now);
}
