/** Reads a profile: YAML with line numbers, the schema, defaults. Every finding at once; never throws on bad input. */
import { LineCounter, parseDocument, type Document } from 'yaml';
import { findingOf, type Finding, type LocatedFinding, type Variant } from '../check/finding.ts';
import { type Values } from '../i18n/said.ts';
import { reasonOf } from '../errors.ts';
import type { MachineIdentity } from '../facts/machine-identity.ts';
import type { EffectiveProfile } from './effective.ts';
import { locateFindings, type SourceText } from './findings.ts';
import { describeRule, fittingRule, type HostRule } from './host-rules.ts';
import { dropRules, hasRules, mergeRule, writeOutAliases } from './merge-rule.ts';
import { notSupportedYet } from './not-supported.ts';
import { parseProfile } from './parse.ts';
import { resolveProfile } from './resolve.ts';
import { salvage } from './salvage.ts';
import { hostRules } from './sections/rules.ts';
import { applySets } from './sets.ts';
import { shownSource } from './source-ref.ts';

export interface LoadedProfile extends SourceText {
  readonly profile: EffectiveProfile | null;
  readonly findings: readonly LocatedFinding[];
  /** Without a profile: what is left of it beside what was refused, for more findings; null when too little is. */
  readonly rest: { readonly profile: EffectiveProfile; readonly isSilent: (path: Finding['path']) => boolean } | null;
  /** The `hosts:` rule that was merged in, and what the machine was known by; null without one. */
  readonly rule: { readonly index: number; readonly by: string } | null;
  /** The rules, in words, when none fits the machine and that is refused. */
  readonly noRule: readonly string[] | null;
  /** A profile with rules that was read for no machine: what it is for each of them. It has no `profile` of its own. */
  readonly variants: readonly LoadedProfile[];
  /** Does the profile depend on which machine it is for? */
  readonly hasRules: boolean;
}

/** More is no profile; and the time a parser takes must have an end. */
const LIMIT_CHARACTERS = 4 * 1024 * 1024;
/** Uses of one anchor, those inside of what it names counted too: enough for a host of 1,000 DomUs, too few for a bomb. */
const LIMIT_ALIASES = 10_000;
/** After so many, the rest follows from the first. */
const LIMIT_SYNTAX_FINDINGS = 100;
/** Deeper than any profile, and far from the end of the stack. */
const LIMIT_DEPTH = 100;

/**
 * `sets`: `path=value` changes made before checking, values in YAML; a DomU may be named instead of numbered. They come
 * last, after a rule. `machine`: who a `hosts:` rule is chosen for; null looks at what the profile is for every rule.
 */
export function loadProfile(
  text: string,
  fileName: string,
  sets: readonly string[] = [],
  machine: MachineIdentity | null = null,
): LoadedProfile {
  const lines = new LineCounter();
  const refusal =
    text.length > LIMIT_CHARACTERS
      ? yamlFinding('long')
      : isTooDeep(text)
        ? yamlFinding('deep', { limit: LIMIT_DEPTH })
        : null;
  const document = parseDocument(refusal === null ? text : '', {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    stringKeys: true,
    logLevel: 'error',
  });
  const file = shownSource(fileName);
  const source: SourceText = { fileName: file, document, lines };
  if (refusal !== null) return failed([{ ...refusal, file, line: 1, column: 1 }], source);
  // Warnings are about tags and directives that would be ignored: nothing is ignored here.
  const syntax = [...document.errors, ...document.warnings].map((error): LocatedFinding => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { ...syntaxFinding(error.code, error.message), file, line, column: col };
  });
  if (syntax.length > 0) return failed(syntax.slice(0, LIMIT_SYNTAX_FINDINGS), source);
  const ofRules = sets.filter((set) => /^(hosts|unmatched)\b/.test(set));
  const rest = sets.filter((set) => !ofRules.includes(set));
  const setFindings = applySets(document, ofRules);
  if (setFindings.length > 0) return failed(locateFindings(setFindings, source), source);
  const rules = rulesOf(document);
  if (rules === null) return loadDocument(source, rest);
  const ofOne = (change: (copy: Document) => void): LoadedProfile => {
    const copy = { ...source, document: document.clone() };
    writeOutAliases(copy.document);
    change(copy.document);
    return loadDocument(copy, rest);
  };
  const merged = (index: number): LoadedProfile => ofOne((copy) => mergeRule(copy, index));
  if (machine !== null) {
    const rule = fittingRule(rules.list, machine);
    if (rule !== null) return { ...merged(rule.index), rule, hasRules: true };
    return rules.refuses
      ? { ...failed([], source), noRule: rules.list.map(describeRule), hasRules: true }
      : { ...ofOne(dropRules), hasRules: true };
  }
  const variants = [...rules.list.keys()].map(merged);
  // With no rule at all nothing can fit; what it says is looked at all the same.
  if (!rules.refuses || variants.length === 0) variants.unshift(ofOne(dropRules));
  return { ...failed(withoutRepeats(variants.flatMap(({ findings }) => findings)), source), variants, hasRules: true };
}

/** The rules of a profile; null where there are none, or none that can be read. */
function rulesOf(document: Document): {
  readonly list: readonly HostRule[];
  /** Is a machine refused that none of them fits? */
  readonly refuses: boolean;
} | null {
  if (!hasRules(document)) return null;
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: LIMIT_ALIASES });
  } catch {
    return null;
  }
  const { hosts, unmatched } = (typeof plain === 'object' ? (plain ?? {}) : {}) as {
    hosts?: unknown;
    unmatched?: unknown;
  };
  const parsed = hostRules.safeParse(hosts ?? []);
  if (!parsed.success || (parsed.data.length === 0 && unmatched !== 'refuse')) return null;
  return { list: parsed.data, refuses: unmatched !== 'continue' };
}

/** What is said of the part that all rules share is said once. */
export function withoutRepeats(findings: readonly LocatedFinding[]): LocatedFinding[] {
  return [
    ...new Map(
      findings.map((finding) => [
        JSON.stringify([finding.line, finding.column, finding.path, finding.message]),
        finding,
      ]),
    ).values(),
  ];
}

function failed(findings: readonly LocatedFinding[], source: SourceText): LoadedProfile {
  return { ...source, profile: null, findings, rest: null, rule: null, noRule: null, variants: [], hasRules: false };
}

/** A document without rules. */
export function loadDocument(source: SourceText, sets: readonly string[]): LoadedProfile {
  const { document } = source;
  const setFindings = applySets(document, sets);
  if (setFindings.length > 0) return failed(locateFindings(setFindings, source), source);
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: LIMIT_ALIASES });
  } catch (error) {
    return failed(locateFindings([yamlFinding('other', { text: withoutQuotation(reasonOf(error)) })], source), source);
  }
  const parsed = parseProfile(plain);
  if ('findings' in parsed) {
    const salvaged = salvage(plain, parsed.findings, parseProfile);
    if (salvaged === null) return failed(locateFindings(parsed.findings, source), source);
    const { accepted, isSilent } = salvaged;
    const profile = resolveProfile(accepted);
    const more = notSupportedYet(profile, accepted).filter(({ path }) => !isSilent(path));
    return { ...failed(locateFindings([...parsed.findings, ...more], source), source), rest: { profile, isSilent } };
  }
  const profile = resolveProfile(parsed.accepted);
  return { ...failed(locateFindings(notSupportedYet(profile, parsed.accepted), source), source), profile };
}

function yamlFinding(what: Variant<'yaml-syntax'>, values?: Values): Finding {
  return findingOf(`yaml-syntax.${what}`, [], values);
}

function syntaxFinding(code: string, message: string): Finding {
  switch (code) {
    case 'DUPLICATE_KEY':
      return yamlFinding('duplicateKey');
    case 'MULTIPLE_DOCS':
      return yamlFinding('documents');
    case 'TAB_AS_INDENT':
      return yamlFinding('tab');
    case 'NON_STRING_KEY':
      return yamlFinding('keyForm');
    default:
      return yamlFinding('other', { text: withoutQuotation(message) });
  }
}

/** What the parser objects to, without the piece of the text that it quotes: that may be a password. */
function withoutQuotation(message: string): string {
  return /^(?:Invalid escape sequence|Unknown directive)/.exec(message)?.[0] ?? message.split(/: |\n/)[0] ?? message;
}

/**
 * Brackets or dashes stacked high: a parser that works by recursion must not meet them. Strings may only make it too
 * strict.
 */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > LIMIT_DEPTH) return true;
  }
  return /(^|\n)[ \t]*([-?:][ \t]+){50}/.test(text) || /\n {400} *[^\s#]/.test(text);
}
