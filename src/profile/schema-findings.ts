/** What the schema objects to, in words people can act on: one finding each, unknown keys with the nearest known one. Pure. */
import type { z } from 'zod';
import type { Finding } from '../check/finding.ts';
import { nearest } from './nearest.ts';

/** Findings for the issues of a failed parse. `schema` is where known keys are looked up. */
export function schemaFindings(issues: readonly Issue[], schema: unknown): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], schema));
}

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** A union reports the option that came nearest. */
function findingsOf(issue: Issue, before: readonly PropertyKey[], schema: unknown): Finding[] {
  const path = [...before, ...issue.path].map((part) => (typeof part === 'number' ? part : String(part)));
  const finding = (message: string, hint?: string, at: Path = path): Finding => ({ severity: 'error', code: issue.code.replaceAll('_', '-'), path: at, message, exit: 3, ...(hint === undefined ? {} : { hint }) });
  switch (issue.code) {
    case 'unrecognized_keys': return issue.keys.map((key) => {
      const known = nearest(key, knownKeys(path, schema));
      const hint = key === '<<' ? 'YAML 1.2 has no merge keys; an alias can stand for a whole value' : known === null ? undefined : `did you mean ${known}?`;
      return { ...finding(`unknown key ${key}`, hint, [...path, key]), code: 'unknown-key' };
    });
    case 'invalid_union': {
      const nearestOption = [...issue.errors].sort((a, b) => Number(isTypeMismatch(a)) - Number(isTypeMismatch(b)) || a.length - b.length)[0];
      return nearestOption === undefined || nearestOption.length === 0 ? [finding('fits none of the allowed forms')] : nearestOption.flatMap((inner) => findingsOf(inner, path, schema));
    }
    case 'invalid_type': return [finding(issue.input === undefined ? 'is missing' : `${EXPECTED[issue.expected] ?? issue.expected} expected, found ${found(issue.input, path)}`)];
    case 'invalid_value': return [issue.input === undefined ? finding('is missing') : finding(`${show(issue.input, path)} is not one of ${issue.values.map(String).join(', ')}`, nearestValue(issue))];
    default: return [finding(issue.message)];
  }
}

/** YAML's own words. */
const EXPECTED: Readonly<Record<string, string>> = { array: 'list', object: 'map', record: 'map' };

function isTypeMismatch(issues: readonly Issue[]): boolean {
  return issues.some((issue) => (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.path.length === 0);
}

function nearestValue(issue: Issue & { code: 'invalid_value' }): string | undefined {
  const word = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : null;
  return word === null ? undefined : `did you mean ${word}?`;
}

function found(value: unknown, path: Path): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `${typeof value} ${show(value, path)}`;
}

/** A value in a message; never where somebody may have written a password by mistake. */
function show(value: unknown, path: Path): string {
  if (path.some((part) => ['admin', 'encryption', 'webhook'].includes(String(part)))) return '(not shown)';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The keys a map may have, by walking the schema along the path. */
function knownKeys(path: Path, schema: unknown): string[] {
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
