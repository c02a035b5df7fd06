/** The nearest known word, for typing mistakes. Pure. */

/** Longer ones are no typing mistakes, and comparing takes time. */
const LONGEST = 40;

/** The known word with the fewest changes, or null when none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  const small = word.toLowerCase();
  let best: string | null = null;
  let most = furthest(word);
  for (const candidate of known) {
    const distance = editDistance(small, candidate.toLowerCase(), most);
    if (distance === null) continue;
    best = candidate;
    most = distance - 1;
    if (most < 0) break;
  }
  return best;
}

/** The same, up to `most` of them, the nearest first. */
export function nearestOnes(word: string, known: readonly string[], most: number): string[] {
  if (word.length > LONGEST) return [];
  const small = word.toLowerCase();
  const limit = furthest(word);
  return known
    .flatMap((candidate) => {
      const distance = editDistance(small, candidate.toLowerCase(), limit);
      return distance === null ? [] : [{ candidate, distance }];
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** More changes than these make another word. */
function furthest(word: string): number {
  return Math.max(2, Math.floor(word.length / 3));
}

/** Levenshtein's distance, one row at a time; null where it is more than `most`. */
function editDistance(a: string, b: string, most: number): number | null {
  if (Math.abs(a.length - b.length) > most) return null;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const changes = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      next.push(changes);
      least = Math.min(least, changes);
    }
    if (least > most) return null;
    row = next;
  }
  const distance = row[b.length] ?? 0;
  return distance <= most ? distance : null;
}
