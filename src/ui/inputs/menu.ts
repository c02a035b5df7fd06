/** Moving in a short list of answers. It never wraps around, and digits choose nothing. Pure. */

export function menuRow(row: number, key: string, count: number): number {
  const wanted: Readonly<Record<string, number>> = {
    up: row - 1,
    k: row - 1,
    backtab: row - 1,
    down: row + 1,
    j: row + 1,
    tab: row + 1,
    home: 0,
    end: count - 1,
  };
  return Math.max(0, Math.min(wanted[key] ?? row, count - 1));
}
