/**
 * What a profile says beside what the schema refuses: those parts are taken out, so that the rules can look at the rest
 * and every finding comes at once. What follows from the missing parts alone is silent. For finding only: never
 * installed. Pure.
 */
import type { Finding } from '../check/finding.ts';
import type { ParsedProfile } from './schema.ts';

type Path = Finding['path'];
export interface Salvaged {
  readonly accepted: ParsedProfile;
  /** Would a finding at this path only speak of what was taken out? */
  readonly isSilent: (path: Path) => boolean;
}
type Parse = (value: unknown) => { readonly accepted: ParsedProfile } | { readonly findings: readonly Finding[] };

/** What must be there, in the shortest form. */
const STAND_INS = new Map<string, unknown>([
  ['version', 1],
  ['host.hostname', 'xen1'],
  ['host.storage', { disks: [{ largest: true }] }],
  ['host.storage.disks', [{ largest: true }]],
]);
/** Taking parts out may bring up what was hidden behind them. */
const ROUNDS = 4;

/** `findings`: what the schema said of `plain`. Null when too little is left. */
export function salvage(plain: unknown, findings: readonly Finding[], parse: Parse): Salvaged | null {
  let left = plain;
  const removed: Removed[] = [];
  let refused = findings;
  for (let round = 0; round < ROUNDS; round++) {
    const remains = new Remains(left);
    for (const { path, code } of refused) {
      const at = remains.takeOut(path);
      if (at === null) return null;
      const isUnknown = code === 'unknown-key';
      removed.push({ path, isUnknown }, { path: at, isUnknown });
    }
    left = remains.root;
    const parsed = parse(left);
    if ('accepted' in parsed) return { accepted: parsed.accepted, isSilent: silence(removed) };
    refused = parsed.findings;
  }
  return null;
}

type AnyMap = Record<string | number, unknown>;

/** A profile that parts are taken out of. What is left alone stays the very same, and the profile given unchanged. */
class Remains {
  root: unknown;
  /** Maps and lists that are copies already: each is copied once, however much is taken out of it. */
  readonly #copies = new Set<unknown>();

  constructor(root: unknown) {
    this.root = root;
  }

  /**
   * Takes out the key at the path, or the nearest one above that holds it; which that was. Null when that is the whole
   * profile.
   */
  takeOut(path: Path): Path | null {
    for (let length = path.length; length > 0; length--) {
      const at = path.slice(0, length);
      const key = at.at(-1) ?? '';
      const parent = at
        .slice(0, -1)
        .reduce<unknown>(
          (node, part) => (isMap(node) && Object.hasOwn(node, part) ? node[part] : undefined),
          this.root,
        );
      if (!isMap(parent) || Array.isArray(parent)) continue;
      const standIn = STAND_INS.get(at.join('.'));
      if (standIn === undefined && !Object.hasOwn(parent, key)) continue;
      const copy = this.#copyOf(at.slice(0, -1));
      if (standIn === undefined) delete copy[key];
      else copy[key] = standIn;
      return at;
    }
    return null;
  }

  /** The map at the path, as a copy that may be changed, in copies of all that hold it. */
  #copyOf(path: Path): AnyMap {
    this.root = this.#own(this.root);
    let node = this.root as AnyMap;
    for (const part of path) node = node[part] = this.#own(node[part]);
    return node;
  }

  #own(node: unknown): AnyMap {
    if (this.#copies.has(node)) return node as AnyMap;
    const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...(node as object) }) as AnyMap;
    this.#copies.add(copy);
    return copy;
  }
}

function isMap(value: unknown): value is AnyMap {
  return typeof value === 'object' && value !== null;
}

interface Removed {
  readonly path: Path;
  readonly isUnknown: boolean;
}

/**
 * A value that was taken out left a default behind, with which its whole section means something else; an unknown key
 * did not. Asked by what begins paths, so that thousands of them are quick to ask.
 */
function silence(removed: readonly Removed[]): (path: Path) => boolean {
  const above = new Set<string>();
  /** Whatever is within these. */
  const within = new Set<string>();
  let isNetworkGone = false;
  for (const { path, isUnknown } of removed) {
    for (const start of startsOf(path)) above.add(start);
    within.add(keyOf(path));
    if (isUnknown) continue;
    const isDomu = path[0] === 'domus';
    const section = path.slice(0, isDomu ? 3 : 2);
    within.add(keyOf(section));
    // What hangs together across sections: DomUs sit on bridges, and a type has its ways to boot.
    if (isDomu && section[2] === 'type') within.add(keyOf([...path.slice(0, 2), 'boot']));
    if (!isDomu && section[1] === 'network') isNetworkGone = true;
  }
  return (path) =>
    above.has(keyOf(path)) ||
    startsOf(path).some((start) => within.has(start)) ||
    (isNetworkGone && path.includes('network'));
}

function startsOf(path: Path): string[] {
  return Array.from({ length: path.length + 1 }, (_, length) => keyOf(path.slice(0, length)));
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
