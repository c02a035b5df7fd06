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
  const removed: { path: Path; isUnknown: boolean }[] = [];
  let refused = findings;
  for (let round = 0; round < ROUNDS; round++) {
    for (const { path, code } of refused) {
      const taken = takeOut(left, path);
      if (taken === null) return null;
      const { at } = taken;
      ({ left } = taken);
      const isUnknown = code === 'unknown-key';
      removed.push({ path, isUnknown }, { path: at, isUnknown });
    }
    const parsed = parse(left);
    if ('accepted' in parsed)
      return { accepted: parsed.accepted, isSilent: (path) => removed.some((one) => touches(path, one)) };
    refused = parsed.findings;
  }
  return null;
}

/**
 * All but the key at the path, or the nearest one above that holds it, and which that was. Null when that is the whole
 * profile. What else there is stays the very same.
 */
function takeOut(root: unknown, path: Path): { readonly left: unknown; readonly at: Path } | null {
  const key = path.at(-1);
  if (key === undefined) return null;
  const above = path.slice(0, -1);
  const parent = above.reduce<unknown>(
    (node, part) => (isMap(node) && Object.hasOwn(node, part) ? node[part] : undefined),
    root,
  );
  if (!isMap(parent) || Array.isArray(parent)) return takeOut(root, above);
  const standIn = STAND_INS.get(path.join('.'));
  if (standIn === undefined && !Object.hasOwn(parent, key)) return takeOut(root, above);
  const { [key]: _, ...others } = parent;
  return { left: replaced(root, above, standIn === undefined ? others : { ...others, [key]: standIn }), at: path };
}

/** A copy along the path, with another value at its end. */
function replaced(node: unknown, [part, ...rest]: Path, value: unknown): unknown {
  if (part === undefined) return value;
  const child = replaced((node as Record<string | number, unknown>)[part], rest, value);
  return Array.isArray(node) ? node.with(Number(part), child) : { ...(node as object), [part]: child };
}

function isMap(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * A value that was taken out left a default behind, with which its whole section means something else; an unknown key
 * did not.
 */
function touches(path: Path, { path: removed, isUnknown }: { path: Path; isUnknown: boolean }): boolean {
  if (isWithin(removed, path) || isWithin(path, removed)) return true;
  if (isUnknown) return false;
  const isDomu = removed[0] === 'domus';
  const section = removed.slice(0, isDomu ? 3 : 2);
  if (isWithin(path, section)) return true;
  // What hangs together across sections: DomUs sit on bridges, and a type has its ways to boot.
  return isDomu
    ? section[2] === 'type' && isWithin(path, [...removed.slice(0, 2), 'boot'])
    : section[1] === 'network' && path.includes('network');
}

function isWithin(path: Path, above: Path): boolean {
  return above.every((part, index) => path[index] === part);
}
