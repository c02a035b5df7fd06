/** The nearest known word, for typing mistakes. Pure. */

/** Longer ones are no typing mistakes, and comparing takes time. */
const LONGEST = 40;

/** The known word with the fewest changes, or null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  return nearestOnes(word, known, 1)[0] ?? null;
}

/** The same, up to `most` of them, the nearest first. */
export function nearestOnes(word: string, known: readonly string[], most: number): string[] {
  if (word.length > LONGEST) return [];
  return known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(word.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
