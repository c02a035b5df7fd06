/** Words, here-documents and secrets as a shell reads them. Pure. */
import { quoted } from '../shell-words.ts';

/** Variables that descriptions of actions may begin a word with, or the value of an option. */
const OWN_VARIABLE = /^(--?[\w-]+=|[a-z]+=|)(\$(?:TREE|DOM0|BOOT|BASES|SCRATCH))(\/.*|)$/s;
/** mmdebstrap's hooks are scripts of ours: there they may stand anywhere. */
const HOOK = /^--[a-z]+-hook=/;
const ANY_OWN = /\$(BASES|SCRATCH)\b/g;
const LINE = 120;
const PLAIN = /^[\w@%+=:,./-]+$/;
/** Partitions of a disk. */
const DEVICE_GLOB = /^\/dev\/[\w@%+=:,./-]+\*$/;

/** One word of a command; `literal`: a script of somebody's, in which nothing is ours. */
export function shellWord(word: string, literal = false): string {
  const own = literal ? null : OWN_VARIABLE.exec(word);
  if (own !== null) return `${own[1] ?? ''}"${own[2] ?? ''}${escapeInside(own[3] ?? '')}"`;
  if (!literal && HOOK.test(word)) return quoted(word).replaceAll(ANY_OWN, `'"$$$1"'`);
  return PLAIN.test(word) || DEVICE_GLOB.test(word) ? word : quoted(word);
}

/** Words as one command, broken into lines that a person can read; a word that has lines of its own stays whole. */
export function shellLine(words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `  ${word}`);
  }
  return lines.join(' \\\n');
}

/** The variable that stands for a secret. */
export function secretVariable(name: string): string {
  return `SECRET_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
}

/** Names of all secrets in the parameters of an action. */
export function* secretNames(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'secret' && typeof first[1] === 'string') yield first[1];
  else for (const [, item] of entries) yield* secretNames(item);
}

/** A here-document for `text`; only the named secrets in it are expanded by the shell. */
export function heredoc(text: string, secrets: ReadonlySet<string>): { operator: string; lines: string[] } {
  const body = text.replace(/\n$/, '').split('\n');
  let end = 'END';
  while (body.includes(end)) end += '_';
  // Longer names first: one may be the beginning of another.
  const names = [...secrets].filter((name) => text.includes(`$SECRET_${name}`)).sort((a, b) => b.length - a.length);
  if (names.length === 0) return { operator: `<<'${end}'`, lines: [...body, end] };
  const pattern = new RegExp(
    names.map((name) => String.raw`\$SECRET_${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`).join('|'),
    'g',
  );
  const expand = (line: string): string => {
    let done = 0;
    let result = '';
    for (const match of line.matchAll(pattern)) {
      result += `${escapeHere(line.slice(done, match.index))}\${${secretVariable(match[0].slice('$SECRET_'.length))}}`;
      done = match.index + match[0].length;
    }
    return result + escapeHere(line.slice(done));
  };
  return { operator: `<<${end}`, lines: [...body.map(expand), end] };
}

function escapeInside(text: string): string {
  return text.replaceAll(/["$`\\]/g, String.raw`\$&`);
}

function escapeHere(text: string): string {
  return text.replaceAll(/[$`\\]/g, String.raw`\$&`);
}
