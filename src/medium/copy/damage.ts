/**
 * Which bytes of a copy are there, missing or unreadable: kept in the format of GNU ddrescue's map files, so that its
 * tools read them too. Pure.
 */

export type RangeState = 'done' | 'bad' | 'open';
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly state: RangeState;
}

/**
 * What a map is true of: this image, on this target. `prints`: checksums of the pieces that are done, by their offset:
 * whatever lies at the target's path now, a piece that is not the one that was written there is written again.
 */
export interface MapBinding {
  readonly image: string;
  readonly target: string;
  readonly prints: ReadonlyMap<number, string>;
}
const TARGET = 'target: ';
const PIECE = 'piece ';

const SIGNS: Readonly<Record<RangeState, string>> = { done: '+', bad: '-', open: '?' };
/** ddrescue's other words for what was not read yet: non-trimmed, non-scraped. */
const STATES: Readonly<Record<string, RangeState>> = { '+': 'done', '-': 'bad', '?': 'open', '*': 'open', '/': 'open' };

/** The state of every byte, as few ranges as can be, in order. */
export class CopyMap {
  #ranges: Range[];

  constructor(sizeBytes: number, ranges: readonly Range[] = []) {
    this.#ranges = sizeBytes === 0 ? [] : [{ from: 0, to: sizeBytes, state: 'open' }];
    for (const range of ranges) this.mark(range.from, Math.min(range.to, sizeBytes), range.state);
  }

  mark(from: number, to: number, state: RangeState): void {
    if (from >= to) return;
    const kept = this.#ranges.flatMap((range) =>
      [
        { ...range, to: Math.min(range.to, from) },
        { ...range, from: Math.max(range.from, to) },
      ].filter((part) => part.from < part.to),
    );
    const sorted = [...kept, { from, to, state }].toSorted((a, b) => a.from - b.from);
    this.#ranges = [];
    for (const range of sorted) {
      const last = this.#ranges.at(-1);
      if (last !== undefined && last.state === range.state && last.to === range.from)
        this.#ranges[this.#ranges.length - 1] = { ...last, to: range.to };
      else this.#ranges.push(range);
    }
  }

  ranges(state?: RangeState): Range[] {
    return this.#ranges.filter((range) => state === undefined || range.state === state);
  }

  /** Is all of it there from an earlier copy? */
  isDone(from: number, to: number): boolean {
    return this.#ranges.some((range) => range.state === 'done' && range.from <= from && range.to >= to);
  }

  bytes(state: RangeState): number {
    return this.ranges(state).reduce((sum, range) => sum + range.to - range.from, 0);
  }

  /** `binding`: what it is true of; in comment lines, which ddrescue passes over. */
  text({ image, target, prints }: MapBinding): string {
    const hex = (value: number): string => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
    const current = this.ranges('open')[0]?.from ?? this.#ranges.at(-1)?.to ?? 0;
    return [
      '# Mapfile. Created by Xenwright, as GNU ddrescue writes them',
      `# ${image}`,
      `# ${TARGET}${target}`,
      ...[...prints].map(([offset, print]) => `# ${PIECE}${offset} ${print}`),
      '# current_pos  current_status  current_pass',
      `${hex(current)}     ${this.ranges('open').length > 0 ? '?' : '+'}               1`,
      '#      pos        size  status',
      ...this.#ranges.map((range) => `${hex(range.from)}  ${hex(range.to - range.from)}  ${SIGNS[range.state]}`),
      '',
    ].join('\n');
  }
}

/** The ranges of a map file and what they are true of; null where it is none. */
export function parseMap(text: string): (MapBinding & { readonly ranges: readonly Range[] }) | null {
  const lines = text.split('\n');
  if (lines[0]?.startsWith('# Mapfile') !== true) return null;
  const body = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  const ranges = body.map(([at, size, sign]) => ({
    from: Number(at),
    to: Number(at) + Number(size),
    state: STATES[sign ?? ''],
  }));
  if (ranges.some(({ from, to, state }) => !Number.isFinite(from) || !Number.isFinite(to) || state === undefined))
    return null;
  const notes = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const pieces = notes.flatMap((note): [number, string][] => {
    const [, offset, print = ''] = /^piece (\d+) ([0-9a-f]+)$/.exec(note) ?? [];
    return offset === undefined ? [] : [[Number(offset), print]];
  });
  return {
    image: notes[1] ?? '',
    target: notes.find((note) => note.startsWith(TARGET))?.slice(TARGET.length) ?? '',
    prints: new Map(pieces),
    ranges: ranges as Range[],
  };
}
