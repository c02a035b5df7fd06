/**
 * A profile that a person has completed: what is in it comes from the answers, where things stand from the text that
 * people have. Pure.
 */
import { locateFindings } from './findings.ts';
import { loadProfile, type LoadedProfile } from './load.ts';

/**
 * `answered`: the whole profile with the answers in it; what was answered is one machine's own part already. A finding
 * is told at its place in `given`, or at that of what would hold it.
 */
export function withAnswers(given: LoadedProfile, answered: string): LoadedProfile {
  const whole = loadProfile(answered, given.fileName);
  const { fileName, document, lines, rule, hasRules } = given;
  return { ...whole, fileName, document, lines, rule, hasRules, findings: locateFindings(whole.findings, given) };
}
