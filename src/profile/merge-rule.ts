/**
 * Merges what a `hosts:` rule sets over the rest, in the text itself: maps merge, lists replace, DomUs merge by name.
 * The nodes keep their places in the text, so that findings point into the rule, and what a rule leaves alone is shared
 * by all: a rack has thousands of them. Pure, but for `writeOutAliases`.
 */
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  Pair as YamlPair,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A profile's text as what all rules share, and what each of them sets. */
export interface RuledText {
  /** The profile as the rule makes it, or, without one, the profile alone. Parts that are shared are the very same. */
  readonly variant: (index: number | null) => Document;
}

/** `document` is left as it is. It must have given its plain form already: its aliases then are known to be few. */
export function ruledText(document: Document): RuledText {
  const whole = hasAliases(document) ? document.clone() : document;
  if (whole !== document) writeOutAliases(whole);
  const shared = withoutRules(whole);
  const rules = whole.get('hosts');
  return {
    variant: (index) => {
      const set = index === null ? undefined : ruleAt(rules, index);
      const { contents } = shared;
      if (!isMap(contents) || !isMap(set)) return shared;
      return withContents(shared, mergedMap(contents, set, []));
    },
  };
}

function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

function ruleAt(rules: unknown, index: number): unknown {
  const rule = isSeq(rules) ? rules.items[index] : undefined;
  return isMap(rule) ? rule.get('set', true) : undefined;
}

/** Does the profile speak of rules at all? */
export function hasRules(document: Document): boolean {
  return isMap(document.contents) && document.contents.items.some(isOfRules);
}

/** The profile without its rules: what one host's is. */
function withoutRules(document: Document): Document {
  const { contents } = document;
  return isMap(contents)
    ? withContents(
        document,
        withItems(
          contents,
          contents.items.filter((pair) => !isOfRules(pair)),
        ),
      )
    : document;
}

function isOfRules(pair: unknown): boolean {
  return ['hosts', 'unmatched'].includes(keyOf(pair));
}

/** A document like another, with other contents; the other is left as it is. */
function withContents(document: Document, contents: YAMLMap): Document {
  const copy = shallowCopy(document);
  copy.contents = contents;
  return copy;
}

/** A map or list like another, at its place in the text, with other items. */
function withItems<Node extends YAMLMap | YAMLSeq>(node: Node, items: Node['items']): Node {
  const copy = shallowCopy(node);
  copy.items = items;
  return copy;
}

/** With what is hidden, too: yaml knows its nodes by that. */
function shallowCopy<Thing extends object>(thing: Thing): Thing {
  return Object.create(Object.getPrototypeOf(thing) as object, Object.getOwnPropertyDescriptors(thing)) as Thing;
}

function mergedMap(into: YAMLMap, from: YAMLMap, path: readonly string[]): YAMLMap {
  const items = [...into.items];
  const places = new Map(items.map((pair, index) => [keyOf(pair), index]));
  for (const pair of from.items) {
    const key = keyOf(pair);
    const at = places.get(key) ?? -1;
    const old = items[at]?.value;
    if (at < 0) {
      places.set(key, items.length);
      items.push(pair);
    } else if (isMap(old) && isMap(pair.value))
      items[at] = new YamlPair(items[at]?.key, mergedMap(old, pair.value, [...path, key]));
    else if (key === 'domus' && path.length === 0 && isSeq(old) && isSeq(pair.value))
      items[at] = new YamlPair(items[at]?.key, mergedByName(old, pair.value));
    else items[at] = pair;
  }
  return withItems(into, items);
}

function mergedByName(into: YAMLSeq, from: YAMLSeq): YAMLSeq {
  const items = [...into.items];
  const places = new Map<unknown, number>();
  const note = (item: unknown, index: number): void => {
    const name: unknown = isMap(item) ? item.get('name') : undefined;
    if (name !== undefined && !places.has(name)) places.set(name, index);
  };
  items.forEach(note);
  for (const item of from.items) {
    const at = (isMap(item) ? places.get(item.get('name')) : undefined) ?? -1;
    const old = items[at];
    if (isMap(old) && isMap(item)) items[at] = mergedMap(old, item, ['domus']);
    else note(item, items.push(item) - 1);
  }
  return withItems(into, items);
}

/**
 * Parts that move must not leave their anchors behind, or come to stand before them. `document` must have given its
 * plain form already: then aliases are known to lead somewhere, and to be few.
 */
export function writeOutAliases(document: Document): void {
  // An alias means the last anchor of its name before it. What stands there has been written out by then.
  const anchors = new Map<string, Node>();
  visit(document, {
    Alias(_key, { source }) {
      return anchors.get(source)?.clone() as Node | undefined;
    },
    Node(_key, node) {
      if ('anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, node as Node);
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
