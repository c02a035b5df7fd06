/** `--set path=value`: changes of single fields, made in the document itself, so that findings about them have a place. */
import { isAlias, isCollection, isMap, isSeq, parseDocument, type Document } from 'yaml';
import { findingOf, type Finding, type Variant } from '../check/finding.ts';
import { type Values } from '../i18n/said.ts';

/** Makes the changes; what cannot be made is a finding. Values are YAML. */
export function applySets(document: Document, sets: readonly string[]): Finding[] {
  return sets.flatMap((set) => {
    const at = set.indexOf('=');
    const path = at < 1 ? [] : pathOf(set.slice(0, at), document);
    return path.length === 0 ? [badSet(set, 'form')] : setAt(document, path, set.slice(at + 1), set);
  });
}

/** One change at a path that is known. `set`: how people wrote it. */
export function setAt(document: Document, path: readonly (string | number)[], text: string, set: string): Finding[] {
  const blocker = blockerOf(path, document);
  if (blocker !== null) return [badSet(set, blocker.why, blocker.values)];
  const value = parseDocument(text, { prettyErrors: false, stringKeys: true, logLevel: 'error' });
  const trouble = value.errors[0] ?? value.warnings[0];
  if (trouble !== undefined) return [badSet(set, 'other', { text: trouble.message.split('\n')[0] ?? '' })];
  try {
    document.setIn(path, document.createNode(value.toJS()));
    return [];
  } catch (error) {
    return [
      badSet(set, 'other', { text: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }),
    ];
  }
}

type Why = Variant<'bad-set'>;

function badSet(set: string, why: Why, values: Values = {}): Finding {
  return findingOf(`bad-set.${why}`, [], { path: set.split('=')[0] ?? '', ...values });
}

/** `domus.web1.memory`, `domus.0.memory` and `domus[0].memory` are the same place. */
function pathOf(text: string, document: Document): (string | number)[] {
  const parts = text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((part) => part !== '');
  const path: (string | number)[] = [];
  for (const part of parts) {
    const parent = nodeAt(path, document);
    if (!isSeq(parent)) path.push(part);
    else if (/^\d+$/.test(part)) path.push(Number(part));
    else {
      const index = parent.items.findIndex((item) => isMap(item) && item.get('name') === part);
      path.push(index < 0 ? part : index);
    }
  }
  return path;
}

/** Why nothing can be set at this path; null when it can. A part that is not there yet is made. */
function blockerOf(
  path: readonly (string | number)[],
  document: Document,
): { readonly why: Why; readonly values?: Values } | null {
  for (const [index, part] of path.entries()) {
    const parent = nodeAt(path.slice(0, index), document);
    const where = index === 0 ? { key: 'parts.theProfile' as const } : path.slice(0, index).join('.');
    if (parent === undefined) return index === 0 ? { why: 'empty' } : null;
    if (isAlias(parent)) return { why: 'alias', values: { where } };
    if (!isCollection(parent)) return { why: 'plain', values: { where } };
    if (isSeq(parent) && typeof part === 'string') return { why: 'nobody', values: { where, name: part } };
    if (isSeq(parent) && typeof part === 'number' && part > parent.items.length)
      return { why: 'short', values: { where, count: parent.items.length } };
  }
  return null;
}

function nodeAt(path: readonly (string | number)[], document: Document): unknown {
  return path.length === 0 ? (document.contents ?? undefined) : document.getIn(path, true);
}
