/** From SOURCEs to a checked profile and a plan: what install, plan, check and rehearse have in common. */
import { checkProfile } from '../check/check.ts';
import type { LocatedFinding } from '../check/finding.ts';
import { listedFindings } from '../check/listed.ts';
import { EXIT, failure } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { english, inEnglish } from '../i18n/english.ts';
import { describeIdentity } from '../facts/machine-identity.ts';
import { refuseClearSecrets } from '../profile/clear-secrets.ts';
import { formatFinding, locateFindings } from '../profile/findings.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { loadProfile, withoutRepeats, type LoadedProfile } from '../profile/load.ts';
import { shownSource } from '../profile/source-ref.ts';
import { withAnswers } from '../profile/with-answers.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { withFileSources } from './file-sources.ts';
import { openSource, type SourceOptions, type TrustedSource } from './trusted-source.ts';

export interface LoadOptions extends SourceOptions {
  readonly set?: readonly string[];
  /** Fields that may go over plain HTTP all the same. */
  readonly allowClear?: readonly string[];
  /**
   * Asks a person for what the profile leaves to one; the whole profile with the answers in it, or null when there was
   * nothing to ask.
   */
  readonly complete?: (loaded: LoadedProfile, text: string) => Promise<string | null>;
}
export interface PreparedProfile {
  /** Where it came from, placeholders filled. */
  readonly source: string;
  readonly text: string;
  readonly loaded: LoadedProfile;
  readonly profile: EffectiveProfile;
  /** A text that the profile names, by its place. */
  readonly read: (place: string) => Promise<string>;
}

/**
 * Loads a profile for the machine in question and prints every finding of the profile alone. Null when there are
 * errors. Throws `no-rule-fits` (exit 4).
 */
export async function prepareProfile(
  sources: readonly string[],
  options: LoadOptions,
  io: CommandIo,
): Promise<PreparedProfile | null> {
  const opened = await openSource(sources, options, io);
  const { source, read } = opened;
  const given = await loadForMachine(opened, options.set ?? []);
  const answered = (await options.complete?.(given, opened.text)) ?? null;
  const text = answered ?? opened.text;
  const loaded = answered === null ? given : withAnswers(given, answered);
  if (loaded.profile === null || hasErrors(loaded.findings)) {
    printFindings(everyFinding(loaded, null), io);
    return null;
  }
  sayRule(loaded, io);
  refuseClearSecrets(loaded.profile, source, options.allowClear ?? []);
  const profile = await withFileSources(loaded.profile, source, { ...io, readText: read });
  return { source, text, loaded: { ...loaded, profile }, profile, read };
}

/** With `hosts:` rules the one that fits is merged in. Throws `no-rule-fits` (exit 4). */
export async function loadForMachine(
  { text, source, machine }: TrustedSource,
  set: readonly string[],
): Promise<LoadedProfile> {
  // Who the machine is, is asked only where it may matter; and no rule is merged in vain where there are hundreds.
  const plain = /hosts|unmatched/.test(`${text} ${set.join(' ')}`) ? null : loadProfile(text, source, set);
  if (plain?.hasRules === false) return plain;
  const who = await machine();
  const loaded = loadProfile(text, source, set, who);
  if (loaded.noRule !== null)
    throw failure(
      'no-rule-fits',
      EXIT.refused,
      { source: shownSource(source), machine: describeIdentity(who) },
      { lastLines: loaded.noRule },
    );
  return loaded;
}

/** `hosts[1] fits this machine: mac 52:54:00:12:34:56` */
export function ruleWords({ rule, hasRules }: LoadedProfile): string | null {
  if (rule === null) return hasRules ? english('cli.rule.none') : null;
  return english('cli.rule.fits', { index: rule.index, by: rule.by });
}

function sayRule(loaded: LoadedProfile, io: CommandIo): void {
  const words = ruleWords(loaded);
  if (words !== null) io.err(`${words}\n`);
}

/** What loading found and what the rules find, also in what is left of a profile that the schema refuses. */
export function everyFinding(loaded: LoadedProfile, facts: Facts | null): LocatedFinding[] {
  if (loaded.variants.length > 0)
    return withoutRepeats(loaded.variants.flatMap((variant) => everyFinding(variant, facts)));
  const { profile, rest } = loaded;
  const found =
    profile !== null
      ? checkProfile(profile, facts)
      : rest !== null
        ? checkProfile(rest.profile, facts).filter(({ path }) => !rest.isSilent(path))
        : [];
  return [...loaded.findings, ...locateFindings(found, loaded)];
}

/** Checks against facts and prints all findings; 0 when the way is free, else the exit code. */
export function checkAgainst(prepared: Pick<PreparedProfile, 'loaded'>, facts: Facts | null, io: CommandIo): number {
  const findings = everyFinding(prepared.loaded, facts);
  printFindings(findings, io);
  return exitOf(findings);
}

/** What findings lead to: 0 where none is an error. A profile that has to be changed comes before everything else. */
export function exitOf(findings: readonly LocatedFinding[]): number {
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length === 0) return EXIT.done;
  return [EXIT.profile, EXIT.refused].find((exit) => errors.some((finding) => finding.exit === exit)) ?? EXIT.source;
}

/** Prints findings on standard error, in the order of the text: the first hundred of each kind, and how many more. */
export function printFindings(findings: readonly LocatedFinding[], io: CommandIo): void {
  for (const line of findingLines(inOrder(findings), formatFinding)) io.err(`${line}\n`);
}

/** A line for each finding that is listed, and one for each kind that has more. */
export function findingLines(
  findings: readonly LocatedFinding[],
  format: (finding: LocatedFinding) => string,
): readonly string[] {
  const { listed, more } = listedFindings(findings);
  return [
    ...listed.map(format),
    ...more.map(
      ({ code, count }) =>
        `${findings[0]?.file ?? ''}: ${inEnglish({ key: 'frame.more', values: { count } })} [${code}]`,
    ),
  ];
}

/** In the order of the text. */
export function inOrder(findings: readonly LocatedFinding[]): LocatedFinding[] {
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

export function hasErrors(findings: readonly LocatedFinding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
