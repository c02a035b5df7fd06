/** From SOURCEs to a checked profile and a plan: what install, plan, check and rehearse have in common. */
import { createHash } from 'node:crypto';
import { checkProfile } from '../check/check.ts';
import type { LocatedFinding } from '../check/finding.ts';
import { EXIT, XenwrightError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { formatFinding, locateFindings } from '../profile/findings.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { loadProfile, type LoadedProfile } from '../profile/load.ts';
import type { CommandIo } from '../system/process-io.ts';
import { withFileSources } from './file-sources.ts';

export interface LoadOptions {
  readonly set?: readonly string[]; readonly sha256?: string;
  /** Asks a person for what the profile leaves to one; the whole profile with the answers in it, or null when there was nothing to ask. */
  readonly complete?: (loaded: LoadedProfile, text: string) => Promise<string | null>;
}
export interface PreparedProfile { readonly source: string; readonly text: string; readonly loaded: LoadedProfile; readonly profile: EffectiveProfile }

/** Reads the first SOURCE that answers. Throws `source-unreachable` (exit 6) with every reason when none does. */
export async function readFirst(sources: readonly string[], io: CommandIo, sha256?: string): Promise<{ source: string; text: string }> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const text = await io.readText(source);
      if (sha256 !== undefined) verifySum(source, text, sha256);
      return { source, text };
    } catch (error) {
      if (!(error instanceof XenwrightError) || error.exit !== EXIT.source) throw error;
      if (error.code === 'checksum-differs') throw error;
      reasons.push(error.message);
    }
  }
  throw new XenwrightError({ code: 'source-unreachable', exit: EXIT.source, message: `no profile could be read: ${reasons.join('; ')}`, hint: 'a SOURCE is a path, - for standard input, or an http(s):// address' });
}

function verifySum(source: string, text: string, wanted: string): void {
  const sum = createHash('sha256').update(text).digest('hex');
  if (sum === wanted.toLowerCase()) return;
  throw new XenwrightError({ code: 'checksum-differs', exit: EXIT.source, message: `${source} has the SHA-256 ${sum}, not ${wanted}`, hint: 'the profile was changed after the checksum was made, or the checksum is of another file' });
}

/** Loads a profile and prints every finding of the profile alone. Null when there are errors. */
export async function prepareProfile(sources: readonly string[], options: LoadOptions, io: CommandIo): Promise<PreparedProfile | null> {
  const read = await readFirst(sources, io, options.sha256);
  const { source } = read;
  const given = loadProfile(read.text, source, options.set ?? []);
  const answered = (await options.complete?.(given, read.text)) ?? null;
  const text = answered ?? read.text;
  const loaded = answered === null ? given : loadProfile(answered, source);
  if (loaded.profile === null || hasErrors(loaded.findings)) {
    printFindings(everyFinding(loaded, null), io);
    return null;
  }
  const profile = await withFileSources(loaded.profile, source, io);
  return { source, text, loaded: { ...loaded, profile }, profile };
}

/** What loading found and what the rules find, also in what is left of a profile that the schema refuses. */
export function everyFinding(loaded: LoadedProfile, facts: Facts | null): LocatedFinding[] {
  const { profile, rest } = loaded;
  const found = profile !== null ? checkProfile(profile, facts) : rest !== null ? checkProfile(rest.profile, facts).filter(({ path }) => !rest.isSilent(path)) : [];
  return [...loaded.findings, ...locateFindings(found, loaded)];
}

/** Checks against facts and prints all findings; 0 when the way is free, else the exit code. */
export function checkAgainst(prepared: PreparedProfile, facts: Facts | null, io: CommandIo): number {
  const findings = everyFinding(prepared.loaded, facts);
  printFindings(findings, io);
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length === 0) return EXIT.done;
  return errors.some((finding) => finding.exit === EXIT.profile) ? EXIT.profile : EXIT.refused;
}

/** In the order of the text. */
export function printFindings(findings: readonly LocatedFinding[], io: CommandIo): void {
  for (const finding of findings.toSorted((a, b) => a.line - b.line || a.column - b.column)) io.err(`${formatFinding(finding)}\n`);
}

export function hasErrors(findings: readonly LocatedFinding[]): boolean {
  return findings.some((finding) => finding.severity === 'error');
}
