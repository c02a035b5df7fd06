/** Reads a profile: YAML with line numbers, the schema, defaults. Every finding at once; never throws on bad input. */
import type { Document } from 'yaml';
import type { Finding, LocatedFinding } from '../check/finding.ts';
import { reasonOf } from '../errors.ts';
import type { MachineIdentity } from '../facts/machine-identity.ts';
import type { EffectiveProfile } from './effective.ts';
import { locateFindings, type SourceText } from './findings.ts';
import { describeRule, fittingRule, type HostRule } from './host-rules.ts';
import { hasRules, ruledText } from './merge-rule.ts';
import { notSupportedYet } from './not-supported.ts';
import { parseProfile } from './parse.ts';
import { resolveProfile } from './resolve.ts';
import { salvage } from './salvage.ts';
import { hostRules, unmatchedWord } from './sections/rules.ts';
import { applySets } from './sets.ts';
import { shownSource } from './source-ref.ts';
import { readYaml, withoutQuotation, yamlFinding } from './yaml-text.ts';

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

/** Uses of one anchor, those inside of what it names counted too: enough for a host of 1,000 DomUs, too few for a bomb. */
const LIMIT_ALIASES = 10_000;
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
  const { findings, ...source } = readYaml(text, shownSource(fileName));
  const { document } = source;
  if (findings.length > 0) return failed(findings, source);
  const ofRules = sets.filter((set) => /^(hosts|unmatched)\b/.test(set));
  const rest = sets.filter((set) => !ofRules.includes(set));
  const setFindings = applySets(document, ofRules);
  if (setFindings.length > 0) return failed(locateFindings(setFindings, source), source);
  const rules = rulesOf(document);
  if (rules === null) return loadDocument(source, rest);
  const { variant } = ruledText(document);
  // Changes of one variant must not reach what it shares with the others.
  const ofOne = (index: number | null): LoadedProfile =>
    loadDocument({ ...source, document: rest.length === 0 ? variant(index) : variant(index).clone() }, rest);
  if (machine !== null) {
    const rule = fittingRule(rules.list, machine);
    if (rule !== null) return { ...ofOne(rule.index), rule, hasRules: true };
    return rules.refuses
      ? { ...failed([], source), noRule: rules.list.map(describeRule), hasRules: true }
      : { ...ofOne(null), hasRules: true };
  }
  const variants = [...rules.list.keys()].map(ofOne);
  // With no rule at all nothing can fit; what it says is looked at all the same.
  if (!rules.refuses || variants.length === 0) variants.unshift(ofOne(null));
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
  // What is wrong with them is told where they stand: they are gone from what is read for each rule.
  if (!parsed.success || !unmatchedWord.safeParse(unmatched).success) return null;
  if (parsed.data.length === 0 && unmatched !== 'refuse') return null;
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
