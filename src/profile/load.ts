/** Reads a profile: YAML with line numbers, the schema, defaults. Every finding at once; never throws on bad input. */
import { isMap, isSeq, LineCounter, parseDocument, parse, type Document } from 'yaml';
import type { z } from 'zod';
import type { Finding, LocatedFinding } from '../check/finding.ts';
import type { EffectiveProfile } from './effective.ts';
import { locateFindings, type SourceText } from './findings.ts';
import { nearest } from './nearest.ts';
import { notSupportedYet } from './not-supported.ts';
import { resolveProfile } from './resolve.ts';
import { profileSchema, type AuthoredProfile } from './schema.ts';

export interface LoadedProfile extends SourceText { readonly profile: EffectiveProfile | null; readonly authored: AuthoredProfile | null; readonly findings: readonly LocatedFinding[] }

const LIMIT_CHARACTERS = 4 * 1024 * 1024;

/** `sets`: `path=value` changes made before checking, values in YAML; a DomU may be named instead of numbered. */
export function loadProfile(text: string, fileName: string, sets: readonly string[] = []): LoadedProfile {
  const lines = new LineCounter();
  const document = parseDocument(text.slice(0, LIMIT_CHARACTERS), { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const source: SourceText = { fileName, document, lines };
  const syntax = document.errors.map((error): LocatedFinding => ({ severity: 'error', code: 'yaml-syntax', path: [], message: error.message, exit: 3, file: fileName, line: lines.linePos(error.pos[0]).line, column: lines.linePos(error.pos[0]).col }));
  const failed = (findings: readonly LocatedFinding[]): LoadedProfile => ({ ...source, profile: null, authored: null, findings });
  if (text.length > LIMIT_CHARACTERS) return failed([{ severity: 'error', code: 'too-large', path: [], message: 'a profile of more than 4 MiB is not read', exit: 3, file: fileName, line: 1, column: 1 }]);
  if (syntax.length > 0) return failed(syntax);
  let plain: unknown;
  try {
    const setFindings = applySets(document, sets);
    if (setFindings.length > 0) return failed(locateFindings(setFindings, source));
    plain = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return failed(locateFindings([{ severity: 'error', code: 'yaml-syntax', path: [], message: error instanceof Error ? error.message : String(error), exit: 3 }], source));
  }
  const parsed = profileSchema.safeParse(plain, { reportInput: true });
  if (!parsed.success) return failed(locateFindings(parsed.error.issues.flatMap((issue) => findingsOf(issue, [], profileSchema)), source));
  const profile = resolveProfile(parsed.data);
  return { ...source, profile, authored: parsed.data, findings: locateFindings(notSupportedYet(profile, parsed.data), source) };
}

/** Makes the changes in the document itself, so that findings about them have a place. */
function applySets(document: Document, sets: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const set of sets) {
    const at = set.indexOf('=');
    const path = at < 1 ? [] : pathOf(set.slice(0, at), document);
    if (path.length === 0) findings.push({ severity: 'error', code: 'bad-set', path: [], message: `--set ${set}: write it like host.hostname=xen2`, exit: 3 });
    else {
      try {
        document.setIn(path, document.createNode(parse(set.slice(at + 1))));
      } catch (error) {
        findings.push({ severity: 'error', code: 'bad-set', path: [], message: `--set ${set}: ${error instanceof Error ? error.message : String(error)}`, exit: 3 });
      }
    }
  }
  return findings;
}

/** `domus.web1.memory` and `domus[0].memory` are the same place. */
function pathOf(text: string, document: Document): (string | number)[] {
  const parts = text.replaceAll(/\[(\d+)\]/g, '.$1').split('.').filter((part) => part !== '');
  const path: (string | number)[] = [];
  for (const part of parts) {
    const parent = path.length === 0 ? document.contents : document.getIn(path, true);
    if (!isSeq(parent)) path.push(part);
    else if (/^\d+$/.test(part)) path.push(Number(part));
    else {
      const index = parent.items.findIndex((item) => isMap(item) && item.get('name') === part);
      path.push(index < 0 ? part : index);
    }
  }
  return path;
}

type Issue = z.core.$ZodIssue;

/** Schema issues in our words. A union reports the option that came nearest. */
function findingsOf(issue: Issue, before: readonly PropertyKey[], schema: unknown): Finding[] {
  const path = [...before, ...issue.path].map((part) => (typeof part === 'number' ? part : String(part)));
  const finding = (message: string, hint?: string, at: readonly (string | number)[] = path): Finding => ({ severity: 'error', code: issue.code.replaceAll('_', '-'), path: at, message, exit: 3, ...(hint === undefined ? {} : { hint }) });
  switch (issue.code) {
    case 'unrecognized_keys': return issue.keys.map((key) => {
      const known = nearest(key, knownKeys(issue.input, path, schema));
      return { ...finding(`unknown key ${key}`, known === null ? undefined : `did you mean ${known}?`, [...path, key]), code: 'unknown-key' };
    });
    case 'invalid_union': {
      const nearestOption = [...issue.errors].sort((a, b) => Number(isTypeMismatch(a)) - Number(isTypeMismatch(b)) || a.length - b.length)[0];
      return nearestOption === undefined || nearestOption.length === 0 ? [finding('fits none of the allowed forms')] : nearestOption.flatMap((inner) => findingsOf(inner, path, schema));
    }
    case 'invalid_type': return [finding(issue.input === undefined ? 'is missing' : `${issue.expected} expected, found ${found(issue.input)}`)];
    case 'invalid_value': return [finding(`${show(issue.input)} is not one of ${issue.values.map(String).join(', ')}`, nearestValue(issue))];
    default: return [finding(issue.message)];
  }
}

function isTypeMismatch(issues: readonly Issue[]): boolean {
  return issues.some((issue) => (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.path.length === 0);
}

function nearestValue(issue: Issue & { code: 'invalid_value' }): string | undefined {
  const word = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : null;
  return word === null ? undefined : `did you mean ${word}?`;
}

function found(value: unknown): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `${typeof value} ${show(value)}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The keys a map may have, by walking the schema along the path. */
function knownKeys(_input: unknown, path: readonly (string | number)[], schema: unknown): string[] {
  let nodes: unknown[] = [schema];
  for (const part of path) nodes = nodes.flatMap(unwrap).flatMap((node) => childOf(node, part));
  return nodes.flatMap(unwrap).flatMap((node) => Object.keys((node as { shape?: object }).shape ?? {}));
}

function unwrap(node: unknown): unknown[] {
  const def = (node as { def?: { type?: string; innerType?: unknown; in?: unknown; options?: readonly unknown[] } } | undefined)?.def;
  if (def?.innerType !== undefined) return unwrap(def.innerType);
  if (def?.options !== undefined) return def.options.flatMap(unwrap);
  return node === undefined ? [] : [node];
}

function childOf(node: unknown, part: string | number): unknown[] {
  const { shape, def } = node as { shape?: Record<string, unknown>; def?: { element?: unknown } };
  const child = typeof part === 'number' ? def?.element : shape?.[part];
  return child === undefined ? [] : [child];
}
