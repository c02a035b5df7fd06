/** Slashes at the end of addresses and paths. Pure. */

/** Without them. Not by a pattern: those try each slash of a long row anew. */
export function withoutLastSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}
