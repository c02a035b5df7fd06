/**
 * Events carry English: they are the log, and other programs read them. A screen says it again in its own language: the
 * text of en.json that it was made of is found, and its values are read back out of it. What fits no text stays as it
 * is. Pure.
 */
import en from '../../locales/en.json' with { type: 'json' };
import type { TextKey, Translate } from './keys.ts';

interface Pattern {
  readonly key: TextKey;
  readonly form: RegExp;
  /** Characters that are no values: the more, the surer. */
  readonly sure: number;
}

/** The title of an action, or the unit of its progress. */
export function titleIn(t: Translate, title: string): string {
  return again(t, 'actions', title);
}

/** The message, the hint, or a line of a finding of the error with this code. */
export function errorIn(t: Translate, code: string, text: string): string {
  return Object.hasOwn(en.errors, code) ? again(t, `errors.${code}`, text) : text;
}

const patterns = new Map<string, readonly Pattern[]>();
/** What was said already, for each language: screens are drawn many times a second. */
const said = new WeakMap<Translate, Map<string, string>>();
const KEPT = 2000;

function again(t: Translate, group: string, text: string): string {
  let known = said.get(t);
  if (known === undefined || known.size > KEPT) said.set(t, (known = new Map()));
  const place = `${group}\n${text}`;
  let result = known.get(place);
  if (result === undefined) known.set(place, (result = translated(t, group, text)));
  return result;
}

function translated(t: Translate, group: string, text: string): string {
  let list = patterns.get(group);
  if (list === undefined)
    patterns.set(
      group,
      (list = leavesOf(group)
        .map(patternOf)
        .toSorted((a, b) => b.sure - a.sure)),
    );
  for (const { key, form } of list) {
    const match = form.exec(text);
    if (match !== null) return t(key, match.groups ?? {});
  }
  return text;
}

function leavesOf(group: string): [string, string][] {
  const tree = group.split('.').reduce<unknown>((here, part) => (here as Record<string, unknown>)[part], en);
  const walk = (value: unknown, key: string): [string, string][] =>
    typeof value === 'string'
      ? [[key, value]]
      : Object.entries(value as object).flatMap(([name, inner]) => walk(inner, `${key}.${name}`));
  return walk(tree, group);
}

/** A value that stands twice in a text is the same both times. */
function patternOf([key, text]: [string, string]): Pattern {
  const seen = new Set<string>();
  const form = text.split(/\{\{(\w+)\}\}/).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
    if (seen.has(part)) return String.raw`\k<${part}>`;
    seen.add(part);
    return String.raw`(?<${part}>[\s\S]+?)`;
  });
  return {
    key: key as TextKey,
    form: new RegExp(`^${form.join('')}$`),
    sure: text.replaceAll(/\{\{\w+\}\}/g, '').length,
  };
}
