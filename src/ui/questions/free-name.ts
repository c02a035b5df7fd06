/** Names for what is added: the first of `web1`, `web2`, ... that nobody has. Pure. */

/** `taken`: compared without regard to upper and lower case. */
export function freeName(base: string, taken: readonly string[], from: number): string {
  const known = new Set(taken.map((name) => name.toLowerCase()));
  for (let number = from; ; number++) if (!known.has(`${base}${number}`.toLowerCase())) return `${base}${number}`;
}
