/**
 * Answers of pure functions that are kept: between two keys of a wizard with 200 DomUs little has changed, and an edit
 * computes again only what it touches. Pure.
 */

/** The same function of a thing and what else counts, by identity. An answer goes with its thing. */
export function memoizeEach<Thing extends object, Given extends readonly unknown[], Out>(
  work: (thing: Thing, ...given: Given) => Out,
): (thing: Thing, ...given: Given) => Out {
  const known = new WeakMap<Thing, { readonly given: Given; readonly answer: Out }>();
  return (thing, ...given) => {
    const before = known.get(thing);
    if (before !== undefined && before.given.every((one, index) => one === given[index])) return before.answer;
    const answer = work(thing, ...given);
    known.set(thing, { given, answer });
    return answer;
  };
}

/** A draft that is checked as a whole and without what is wrong with it, in turn. */
const MOST_DRAFTS = 2;

/**
 * The same function of a map and what else counts, as long as the values of all its keys are the very same. Only the
 * latest are kept.
 */
export function memoizeLast<Parts extends object, Given extends readonly unknown[], Out>(
  work: (parts: Parts, ...given: Given) => Out,
): (parts: Parts, ...given: Given) => Out {
  let latest: readonly { readonly parts: Parts; readonly given: Given; readonly answer: Out }[] = [];
  return (parts, ...given) => {
    const before = latest.find((one) => isSame(one.parts, parts) && isSame(one.given, given));
    if (before !== undefined) return before.answer;
    const answer = work(parts, ...given);
    latest = [{ parts, given, answer }, ...latest].slice(0, MOST_DRAFTS);
    return answer;
  };
}

function isSame(a: object, b: object): boolean {
  const [entries, others] = [Object.entries(a) as [string, unknown][], Object.entries(b) as [string, unknown][]];
  return (
    entries.length === others.length &&
    entries.every(([key, value], index) => others[index]?.[0] === key && others[index][1] === value)
  );
}

/** Enough for a host of 1,000 DomUs; then it starts again, so that a process that goes on for long stays small. */
const MOST_ANSWERS = 8192;

/** The same function, which keeps its answers. They are shared: nobody may change one. */
export function memoizeByKey<In, Out>(work: (input: In) => Out, keyOf: (input: In) => string): (input: In) => Out {
  const known = new Map<string, Out>();
  return (input) => {
    const key = keyOf(input);
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before as Out;
    if (known.size >= MOST_ANSWERS) known.clear();
    const answer = work(input);
    known.set(key, answer);
    return answer;
  };
}
