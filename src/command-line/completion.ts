/**
 * Bash's completion of the command line, made of the data that help is made of: the program's table of words, and the
 * functions of src/setup/debian/completion.sh that read it. Pure.
 */
import type { ArgumentData, CommandData, OptionData } from './command.ts';
import { listedCommands } from './listed.ts';
import { COMMANDS, WITHOUT_COMMAND } from './table.ts';

/**
 * The table: of each command (`xenwright medium copy`) what can follow it, of each option of one (`… --ui`) its values,
 * none where they are files or anything else. What stands before `completion.sh`.
 */
export function completionTable(): string {
  const { name } = WITHOUT_COMMAND;
  const listed = listedCommands(COMMANDS).map(({ path, data }) => ({ path: `${name} ${path}`, data }));
  const all = [{ path: name, data: WITHOUT_COMMAND }, ...listed];
  const words = new Map<string, string[]>(all.map(({ path, data }) => [path, wordsOf(data)]));
  for (const { path } of listed) for (const [group, next] of steps(path)) addTo(words, group, next);
  for (const word of ['help', '--version']) addTo(words, name, word);
  const values = all.flatMap(({ path, data }) =>
    (data.options ?? [])
      .filter(takesValue)
      .map((option) => [`${path} ${longOf(option)}`, option.choices ?? []] as const),
  );
  return [table('_xenwright_words', [...words]), table('_xenwright_values', values)].join('\n');
}

/** `xenwright medium copy`: `medium` follows `xenwright`, and `copy` follows `xenwright medium`. */
function steps(path: string): [string, string][] {
  const words = path.split(' ');
  return words.slice(1).map((word, at) => [words.slice(0, at + 1).join(' '), word]);
}

function addTo(words: Map<string, string[]>, path: string, word: string): void {
  const known = words.get(path) ?? [];
  if (!known.includes(word)) words.set(path, [...known, word]);
}

/** Options, and the values of an argument that has only those. */
function wordsOf(data: CommandData): string[] {
  return [
    ...(data.arguments ?? []).flatMap(({ choices }: ArgumentData) => choices ?? []),
    ...(data.options ?? []).map(longOf),
    '--help',
  ];
}

function longOf({ flags }: OptionData): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags;
}

function takesValue({ flags }: OptionData): boolean {
  return /[<[]/.test(flags);
}

function table(name: string, rows: readonly (readonly [string, readonly string[]])[]): string {
  return `declare -gA ${name}=(\n${rows.map(([key, words]) => `  [${quoted(key)}]=${quoted(words.join(' '))}\n`).join('')})\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
