/**
 * Secrets inside of texts of the profile that are written or run as they are: commands, files, options for xl, pages
 * that are asked for. A plan has `$SECRET_NAME` in their place, and the run fills them in. Pure.
 */
import { memoizeEach } from '../memoize.ts';
import { isTelling, secretSpans, type SecretSpan } from '../secret-looks.ts';
import type { DomuSettings, EffectiveProfile, HostSettings } from './effective.ts';
import { isHidden } from './hidden-file.ts';

/** What stands for a secret in a text. */
const BLANK = '$SECRET_';
/** `host.commands.late.0.run#0`, `domus.web1.options.vncpasswd#0:quoted`. */
const NAMED_BLANK = /\$SECRET_((?:host|domus)\.[\w+.-]+#\d+(?::quoted)?)/g;

/**
 * How the text of one field is read. `isWhole`: all of it is secret. `isQuoted`: it ends up between double quotes, in
 * JSON or in xl.cfg(5), where the value needs backslashes.
 */
interface How {
  readonly isWhole?: boolean;
  readonly isQuoted?: boolean;
}
/** Gives the text that stands for the one at `name`. */
type Rewrite = (name: string, text: string, how?: How) => string;

/** The profile as plans are made of it: parts without a secret are the very same. */
export const withBlanks = memoizeEach((profile: EffectiveProfile): EffectiveProfile => {
  const [host, domus] = [hostWithBlanks(profile.host), profile.domus.map(domuWithBlanks)];
  const isSame = host === profile.host && domus.every((domu, index) => domu === profile.domus[index]);
  return isSame ? profile : { ...profile, host, domus };
});

const hostWithBlanks = memoizeEach((host: HostSettings) => unlessSame(host, (rewrite) => rewriteHost(host, rewrite)));
const domuWithBlanks = memoizeEach((domu: DomuSettings) => unlessSame(domu, (rewrite) => rewriteDomu(domu, rewrite)));

/** What the blanks of `withBlanks` stand for, by name. */
export const blankValues = memoizeEach(({ host, domus }: EffectiveProfile): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  const collect: Rewrite = (name, text, how = {}) => {
    spansOf(text, how).forEach(({ start, end }, index) => {
      const value = text.slice(start, end);
      values.set(blankName(name, index, how), how.isQuoted === true ? insideQuotes(value) : value);
    });
    return text;
  };
  rewriteHost(host, collect);
  for (const domu of domus) rewriteDomu(domu, collect);
  return values;
});

/** The names of blanks in a text. */
export function blanksIn(text: string): string[] {
  return text.includes(BLANK) ? [...new Set([...text.matchAll(NAMED_BLANK)].map(([, name]) => name ?? ''))] : [];
}

/** The text with a value for each blank that has one. */
export function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(NAMED_BLANK, (blank, name: string) => values.get(name) ?? blank);
}

/** Is a secret of this name a piece of a text? */
export function isBlank(name: string): boolean {
  return name.includes('#');
}

/** Is it part of a file that the profile itself describes, with its mode? */
export function isOfFile(name: string): boolean {
  return /\.files\.\d+\.content#/.test(name);
}

function unlessSame<Part>(part: Part, rewritten: (rewrite: Rewrite) => Part): Part {
  let changed = false;
  const answer = rewritten((name, text, how) => {
    const made = blanked(name, text, how);
    changed ||= made !== text;
    return made;
  });
  return changed ? answer : part;
}

/** A text of the profile with a blank for each secret; `name`: which. */
export function blanked(name: string, text: string, how: How = {}): string {
  let [made, done] = ['', 0];
  for (const [index, { start, end }] of spansOf(text, how).entries()) {
    made += `${text.slice(done, start)}${BLANK}${blankName(name, index, how)}`;
    done = end;
  }
  return made + text.slice(done);
}

function rewriteHost(host: HostSettings, rewrite: Rewrite): HostSettings {
  const { early } = host.commands;
  const { medium } = host.source;
  return {
    ...host,
    // One that is read where it is; the plan has it by the facts.
    source: medium === null ? host.source : { ...host.source, medium: rewrite('host.source.medium', medium) },
    files: rewriteFiles('host', host.files, rewrite),
    commands: {
      ...rewriteCommands('host', host.commands, rewrite),
      early: rewriteList('host.commands.early', early, rewrite),
    },
  };
}

function rewriteDomu(domu: DomuSettings, rewrite: Rewrite): DomuSettings {
  const owner = `domus.${domu.name}`;
  return {
    ...domu,
    files: rewriteFiles(owner, domu.files, rewrite),
    commands: rewriteCommands(owner, domu.commands, rewrite),
    health: domu.health.map((check, index) => {
      const name = `${owner}.health.${index}`;
      if ('http' in check) return { ...check, http: rewrite(`${name}.http`, check.http, { isQuoted: true }) };
      if ('unit' in check) return { ...check, unit: rewrite(`${name}.unit`, check.unit) };
      return 'run' in check ? { ...check, run: rewrite(`${name}.run`, check.run) } : check;
    }),
    options: Object.fromEntries(
      Object.entries(domu.options).map(([key, value]) => [key, rewriteOption(`${owner}.options`, key, value, rewrite)]),
    ),
  };
}

/** A password of figures alone is one, too; xl reads both in the same way. */
function rewriteOption(
  at: string,
  key: string,
  value: DomuSettings['options'][string],
  rewrite: Rewrite,
): DomuSettings['options'][string] {
  if (typeof value === 'boolean') return value;
  const text = String(value);
  const rewritten = rewrite(`${at}.${key.replaceAll(/[^\w-]/g, '_')}`, text, {
    isWhole: isTelling(key),
    isQuoted: true,
  });
  return rewritten === text ? value : rewritten;
}

function rewriteFiles<File extends DomuSettings['files'][number]>(
  owner: string,
  files: readonly File[],
  rewrite: Rewrite,
): File[] {
  // A hidden file is a secret as a whole.
  return files.map((file, index) =>
    file.content === undefined || isHidden(file)
      ? file
      : { ...file, content: rewrite(`${owner}.files.${index}.content`, file.content) },
  );
}

function rewriteCommands<Commands extends DomuSettings['commands']>(
  owner: string,
  commands: Commands,
  rewrite: Rewrite,
): Commands {
  return {
    ...commands,
    late: rewriteList(`${owner}.commands.late`, commands.late, rewrite),
    firstBoot: rewriteList(`${owner}.commands.firstBoot`, commands.firstBoot, rewrite),
  };
}

function rewriteList<Entry extends { readonly run: string }>(
  at: string,
  list: readonly Entry[],
  rewrite: Rewrite,
): Entry[] {
  return list.map((entry, index) => ({ ...entry, run: rewrite(`${at}.${index}.run`, entry.run) }));
}

function spansOf(text: string, { isWhole = false }: How): readonly SecretSpan[] {
  if (!isWhole) return secretSpans(text);
  return text === '' ? [] : [{ start: 0, end: text.length }];
}

function blankName(name: string, index: number, { isQuoted = false }: How): string {
  return `${name}#${index}${isQuoted ? ':quoted' : ''}`;
}

function insideQuotes(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
