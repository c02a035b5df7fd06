/** `xenwright check`: every finding of a profile at once. */
import type { LocatedFinding } from '../../check/finding.ts';
import { listedFindings } from '../../check/listed.ts';
import type { CheckResult } from '../../check/result.ts';
import { EXIT } from '../../errors.ts';
import { refuseClearSecrets } from '../../profile/clear-secrets.ts';
import { formatFinding, formatPath } from '../../profile/findings.ts';
import { saidOtherwise } from '../../profile/said-otherwise.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { loginsOf, type Login } from '../../profile/ways-in.ts';
import { loginWords } from '../../report/login-words.ts';
import { english, inEnglish } from '../../i18n/english.ts';
import { loadProfile, type LoadedProfile } from '../../profile/load.ts';
import { shownSource } from '../../profile/source-ref.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import {
  everyFinding,
  findingLines,
  exitOf,
  inOrder,
  loadForMachine,
  ruleWords,
  type LoadOptions,
} from '../../install/prepare.ts';
import { readFacts } from '../../install/read-facts.ts';
import { openSource, SHORT_PATIENCE_MS } from '../../install/trusted-source.ts';
import { jsonText } from '../../clean-text.ts';

export interface CheckOptions extends LoadOptions {
  readonly set: readonly string[];
  readonly format?: 'text' | 'json';
}

/**
 * Findings are its result: they go to standard output. Exit 0, 3, 4 or 6. With `hosts:` rules and no machine named,
 * what each of them gives is checked.
 */
export async function check(source: string, options: CheckOptions, io: CommandIo): Promise<number> {
  const opened = await openSource([source], { patienceMs: SHORT_PATIENCE_MS, ...options }, io);
  const isForOne = options.facts !== undefined || (options.as ?? []).length > 0;
  const loaded = isForOne
    ? await loadForMachine(opened, options.set)
    : loadProfile(opened.text, opened.source, options.set);
  const facts = options.facts === undefined ? null : await readFacts(options.facts, io);
  const all = loaded.variants.length > 0 ? loaded.variants : [loaded];
  const profiles = all.flatMap(({ profile }) => profile ?? []);
  const isReadable = profiles.length === all.length;
  const findings = inOrder(everyFinding(loaded, facts));
  const code = isReadable ? exitOf(findings) : EXIT.profile;
  const words = isReadable && isForOne ? ruleWords(loaded) : null;
  const isText = options.format !== 'json';
  if (isText && words !== null) io.err(`${words}\n`);
  const result = (): CheckResult => resultOf(shownSource(opened.source), loaded, findings, all);
  io.out(isText ? textOf(findings) : `${jsonText(result(), 2)}\n`);
  if (code !== EXIT.done) return code;
  for (const profile of profiles) refuseClearSecrets(profile, opened.source, options.allowClear ?? []);
  // Of many variants the findings alone are read; each for itself says more with --as or --facts.
  if (isText && all.length === 1)
    io.out(profiles.map((profile) => `${understoodText(loaded, profile)}${loginsText(profile)}`).join(''));
  if (isText) io.out(`${noErrorsText(shownSource(opened.source), loaded)}\n`);
  return code;
}

function noErrorsText(source: string, { variants: { length } }: LoadedProfile): string {
  return length === 0
    ? english('cli.check.noErrors', { source })
    : english('cli.check.noErrorsByRules', { source, rules: length });
}

/** `timezone: Asia/Calcutta is read as Asia/Kolkata` */
function understoodText({ document }: LoadedProfile, profile: EffectiveProfile): string {
  return saidOtherwise(document, profile)
    .map(({ path, written, meant }) => english('cli.check.readAs', { path: formatPath(path), written, meant }))
    .map((line) => `${line}\n`)
    .join('');
}

/** `web1: log in as ops: by SSH with a key; …` */
function loginsText(profile: EffectiveProfile): string {
  return Object.entries(loginsOf(profile))
    .map(([domain, login]) => {
      const how = inEnglish(loginWords(domain, login));
      return `${login === null ? `${domain}: ${how}` : english('cli.check.login', { domain, how })}\n`;
    })
    .join('');
}

function loginResult(variant: number, domain: string, login: Login | null): CheckResult['logins'][number] {
  if (login === null) return { variant, domain, user: null, ways: [], root: null };
  const { user, byKey, bySshPassword, byPassword, root } = login;
  return {
    variant,
    domain,
    user,
    ways: [
      ...(byKey ? (['ssh-key'] as const) : []),
      ...(bySshPassword ? (['ssh-password'] as const) : []),
      ...(byPassword ? (['console-password'] as const) : []),
    ],
    root,
  };
}

/** `file:line:col path: message (hint) [code]` */
function textOf(findings: readonly LocatedFinding[]): string {
  return findingLines(findings, (finding) => `${formatFinding(finding)} [${finding.code}]`)
    .map((line) => `${line}\n`)
    .join('');
}

function resultOf(
  source: string,
  { rule, variants }: LoadedProfile,
  findings: readonly LocatedFinding[],
  all: readonly LoadedProfile[],
): CheckResult {
  const { listed, more } = listedFindings(findings);
  return {
    version: 1,
    source,
    rule: rule === null ? null : { index: rule.index, by: rule.by },
    variants: variants.length,
    logins: all.flatMap(({ profile }, variant) =>
      profile === null
        ? []
        : Object.entries(loginsOf(profile)).map(([domain, login]) => loginResult(variant, domain, login)),
    ),
    findings: listed.map(({ severity, code, exit, path, message, hint, file, line, column }) => ({
      severity,
      code,
      exit,
      path: [...path],
      message,
      hint: hint ?? null,
      file,
      line,
      column,
    })),
    more: [...more],
  };
}
