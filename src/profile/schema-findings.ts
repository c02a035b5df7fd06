/**
 * What the schema objects to, in words people can act on: one finding each, unknown keys with the nearest known one.
 * Pure.
 */
import type { z } from 'zod';
import { didYouMean, findingOf, type Finding, type FindingId } from '../check/finding.ts';
import { type Values } from '../i18n/said.ts';
import { hasText } from '../i18n/english.ts';
import { listed, type Phrase, type Word } from '../i18n/phrase.ts';
import { isSecretField, withoutSecrets } from '../secret-looks.ts';
import { nearest } from './nearest.ts';

/** Findings for the issues of a failed parse. `schema` is where known keys are looked up. */
export function schemaFindings(issues: readonly Issue[], schema: unknown): Finding[] {
  return issues.flatMap((issue) => findingsOf(issue, [], schema));
}

/** Of zod: what a check of ours has found. */
const ISSUE_OF_OURS = 'custom';
type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];

/** A union reports the option that came nearest. */
function findingsOf(issue: Issue, before: readonly PropertyKey[], schema: unknown): Finding[] {
  const path = [...before, ...issue.path].map((part) => (typeof part === 'number' ? part : String(part)));
  // What zod calls custom are the forms that are ours.
  const code = issue.code === ISSUE_OF_OURS ? 'invalid-format' : issue.code.replaceAll('_', '-');
  const finding = (id: FindingId, values: Values = {}, hint?: Phrase): Finding => ({
    ...findingOf(id, path, values, hint),
    code,
  });
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, path, schema);
    case 'invalid_union': {
      const inner = nearestOption(issue.errors);
      return inner.length === 0 ? [finding('invalid-union')] : inner.flatMap((one) => findingsOf(one, path, schema));
    }
    case 'invalid_type':
      return [
        issue.input === undefined
          ? finding('invalid-type.missing')
          : finding(
              'invalid-type.other',
              { expected: typeWord(EXPECTED[issue.expected] ?? issue.expected), found: found(issue.input, path) },
              asMeant(issue),
            ),
      ];
    case 'invalid_value':
      return [
        issue.input === undefined
          ? finding('invalid-value.missing')
          : finding(
              'invalid-value.other',
              { value: show(issue.input, path), values: listed(issue.values.map(String)) },
              nearestValue(issue),
            ),
      ];
    case 'too_small':
    case 'too_big':
      return [finding(...boundOf(issue))];
    default:
      return [finding(...wordsOf(issue, code))];
  }
}

/** Unknown keys, each with the known one that comes nearest to it. */
function unknownKeys(keys: readonly string[], path: Path, schema: unknown): Finding[] {
  const names = knownKeys(path, schema);
  return keys.map((key) => {
    const known = nearest(key, names);
    return findingOf(
      key === '<<' ? 'unknown-key.merge' : 'unknown-key.plain',
      [...path, key],
      { key },
      key === '<<' || known === null ? undefined : didYouMean(known),
    );
  });
}

/** YAML reads `1234` and `true` as what they look like, and `yes` and what is in quotes as texts. */
function asMeant({ expected, input }: Issue & { code: 'invalid_type' }): Phrase | undefined {
  const isText = typeof input === 'string';
  if (expected === 'string' && ['number', 'boolean'].includes(typeof input)) return { key: 'parts.yaml.text' };
  if (expected === 'boolean' && isText) return { key: 'parts.yaml.boolean' };
  if (expected === 'array' && input !== null) return { key: 'parts.yaml.list' };
  return ['number', 'int'].includes(expected) && isText && /^\s*[+-]?\d+\s*$/.test(input)
    ? { key: 'parts.yaml.number' }
    : undefined;
}

/** What the option of a union that came nearest objects to; empty where there is none. */
function nearestOption(options: readonly (readonly Issue[])[]): readonly Issue[] {
  const [first = []] = [...options].sort(
    (a, b) => Number(isTypeMismatch(a)) - Number(isTypeMismatch(b)) || a.length - b.length,
  );
  return first;
}

/** How much there must be at least, or may be at most. */
function boundOf(issue: Issue & { code: 'too_small' | 'too_big' }): [FindingId, Values] {
  if (issue.code === 'too_big')
    return issue.origin === 'number' || issue.origin === 'int'
      ? ['too-big.number', { most: Number(issue.maximum) }]
      : ['schema', { text: issue.message }];
  const least = Number(issue.minimum);
  switch (issue.origin) {
    case 'string':
    case 'array':
      return [`too-small.${issue.origin as 'string' | 'array'}`, { count: least }];
    case 'number':
    case 'int':
      return ['too-small.number', { least }];
    default:
      return ['schema', { text: issue.message }];
  }
}

/** Our own messages are the names of texts; the rest are zod's. */
function wordsOf(issue: Issue, code: string): [FindingId, Values?] {
  const id = `${code}.${issue.message}`;
  if (hasText(`findings.${id}.message`)) return [id as FindingId];
  if (issue.code === 'invalid_format' && issue.format === 'url') return ['invalid-format.url'];
  if (issue.code === 'invalid_format' && issue.format === 'regex')
    return ['invalid-format.pattern', { pattern: issue.pattern ?? '' }];
  return ['schema', { text: issue.message }];
}

/** YAML's own words. */
const EXPECTED: Readonly<Record<string, string>> = { array: 'list', object: 'map', record: 'map' };

function isTypeMismatch(issues: readonly Issue[]): boolean {
  return issues.some(
    (issue) => (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.path.length === 0,
  );
}

function nearestValue(issue: Issue & { code: 'invalid_value' }): Phrase | undefined {
  const word = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : null;
  return word === null ? undefined : didYouMean(word);
}

/** A kind of value; a word of zod's where there is none of ours. */
function typeWord(type: string): Word {
  const key = `parts.types.${type}`;
  return hasText(key) ? { key } : type;
}

function found(value: unknown, path: Path): Phrase {
  if (value === null) return { key: 'parts.found.nothing' };
  if (typeof value === 'object') return { key: Array.isArray(value) ? 'parts.found.list' : 'parts.found.map' };
  return { key: 'parts.found.value', values: { type: typeWord(typeof value), value: show(value, path) } };
}

/** A value in a message; never where somebody may have written a password by mistake. */
function show(value: unknown, path: Path): Word {
  if (path.some((part) => ['admin', 'encryption', 'webhook'].includes(String(part)) || isSecretField(String(part))))
    return { key: 'parts.notShown' };
  // Before it is cut: half a secret does not look like one.
  const text = withoutSecrets(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing'));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The keys a map may have, by walking the schema along the path. */
function knownKeys(path: Path, schema: unknown): string[] {
  let nodes: unknown[] = [schema];
  for (const part of path) nodes = nodes.flatMap(unwrap).flatMap((node) => childOf(node, part));
  return nodes.flatMap(unwrap).flatMap((node) => Object.keys((node as { shape?: object }).shape ?? {}));
}

function unwrap(node: unknown): unknown[] {
  const def = (
    node as { def?: { type?: string; innerType?: unknown; in?: unknown; options?: readonly unknown[] } } | undefined
  )?.def;
  const inner = def?.innerType ?? def?.in;
  if (inner !== undefined) return unwrap(inner);
  if (def?.options !== undefined) return def.options.flatMap(unwrap);
  return node === undefined ? [] : [node];
}

function childOf(node: unknown, part: string | number): unknown[] {
  const { shape, def } = node as { shape?: Record<string, unknown>; def?: { element?: unknown } };
  const child = typeof part === 'number' ? def?.element : shape?.[part];
  return child === undefined ? [] : [child];
}
