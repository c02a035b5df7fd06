/** `--set path=value`: changes of single fields, made in the document itself, so that findings about them have a place. */
import { isAlias, isCollection, isMap, isSeq, parseDocument, type Document } from 'yaml';
import type { Finding } from '../check/finding.ts';

/** Makes the changes; what cannot be made is a finding. Values are YAML. */
export function applySets(document: Document, sets: readonly string[]): Finding[] {
  return sets.flatMap((set) => {
    const at = set.indexOf('=');
    const path = at < 1 ? [] : pathOf(set.slice(0, at), document);
    if (path.length === 0) return [badSet(set, 'write it like host.hostname=xen2')];
    const blocker = blockerOf(path, document);
    if (blocker !== null) return [badSet(set, blocker)];
    const value = parseDocument(set.slice(at + 1), { prettyErrors: false, stringKeys: true, logLevel: 'error' });
    const trouble = value.errors[0] ?? value.warnings[0];
    if (trouble !== undefined) return [badSet(set, trouble.message.split('\n')[0] ?? '')];
    try {
      document.setIn(path, document.createNode(value.toJS()));
      return [];
    } catch (error) {
      return [badSet(set, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))];
    }
  });
}

function badSet(set: string, why: string): Finding {
  return { severity: 'error', code: 'bad-set', path: [], message: `--set ${set.split('=')[0]}: ${why}`, exit: 3 };
}

/** `domus.web1.memory`, `domus.0.memory` and `domus[0].memory` are the same place. */
function pathOf(text: string, document: Document): (string | number)[] {
  const parts = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.').filter((part) => part !== '');
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
function blockerOf(path: readonly (string | number)[], document: Document): string | null {
  for (const [index, part] of path.entries()) {
    const parent = nodeAt(path.slice(0, index), document);
    const where = path.slice(0, index).join('.') || 'the profile';
    if (parent === undefined) return index === 0 ? 'the profile is empty' : null;
    if (isAlias(parent)) return `${where} is an alias: set it where its anchor is`;
    if (!isCollection(parent)) return `${where} is no map and no list`;
    if (isSeq(parent) && typeof part === 'string') return `${where} has nothing called ${part}`;
    if (isSeq(parent) && typeof part === 'number' && part > parent.items.length) return `${where} has only ${parent.items.length} entries`;
  }
  return null;
}

function nodeAt(path: readonly (string | number)[], document: Document): unknown {
  return path.length === 0 ? (document.contents ?? undefined) : document.getIn(path, true);
}
