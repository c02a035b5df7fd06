/**
 * Merges what a `hosts:` rule sets over the rest, in the document itself: maps merge, lists replace, DomUs merge by
 * name. The nodes keep their places in the text, so that findings point into the rule. Pure, but for the document,
 * which is changed.
 */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  visit,
  type Document,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** `document` has no aliases any more. */
export function mergeRule(document: Document, index: number): void {
  const set = document.getIn(['hosts', index, 'set'], true);
  const root = document.contents;
  if (!isMap(root) || !isMap(set)) return;
  dropRules(document);
  mergeMap(root, set, []);
}

/** Does the profile speak of rules at all? */
export function hasRules(document: Document): boolean {
  return isMap(document.contents) && document.contents.items.some(isOfRules);
}

/** The profile without its rules: what one host's is. */
export function dropRules(document: Document): void {
  if (isMap(document.contents)) document.contents.items = document.contents.items.filter((pair) => !isOfRules(pair));
}

function isOfRules(pair: unknown): boolean {
  return ['hosts', 'unmatched'].includes(keyOf(pair));
}

function mergeMap(into: YAMLMap, from: YAMLMap, path: readonly string[]): void {
  for (const pair of from.items) {
    const key = keyOf(pair);
    const at = into.items.findIndex((item) => keyOf(item) === key);
    const old = into.items[at]?.value;
    if (at < 0) into.items.push(pair);
    else if (isMap(old) && isMap(pair.value)) mergeMap(old, pair.value, [...path, key]);
    else if (key === 'domus' && path.length === 0 && isSeq(old) && isSeq(pair.value)) mergeByName(old, pair.value);
    else into.items[at] = pair;
  }
}

function mergeByName(into: YAMLSeq, from: YAMLSeq): void {
  for (const item of from.items) {
    const name = isMap(item) ? item.get('name') : undefined;
    const old = into.items.find(
      (candidate) => isMap(candidate) && name !== undefined && candidate.get('name') === name,
    );
    if (isMap(old) && isMap(item)) mergeMap(old, item, ['domus']);
    else into.items.push(item);
  }
}

/**
 * Parts that move must not leave their anchors behind, or come to stand before them. `document` must have given its
 * plain form already: then aliases are known to lead somewhere, and to be few.
 */
export function writeOutAliases(document: Document): void {
  visit(document, {
    Alias(_key, node) {
      const target = isAlias(node) ? node.resolve(document) : undefined;
      return target === undefined ? undefined : (target.clone() as typeof target);
    },
  });
  visit(document, {
    Node(_key, node) {
      if ('anchor' in node) delete node.anchor;
    },
  });
}

function keyOf(pair: unknown): string {
  return isPair(pair)
    ? String(isScalar((pair as Pair).key) ? ((pair as Pair).key as { value: unknown }).value : (pair as Pair).key)
    : '';
}
