/** Options and arguments of a command, made of its data: what commander parses, and what the help says of each. */
import { Argument, Help, InvalidArgumentError, Option, type Command } from 'commander';
import type { TextKey } from '../i18n/keys.ts';
import { inEnglish } from '../i18n/english.ts';
import type { Message } from '../i18n/phrase.ts';
import type { ArgumentData, CommandData, OptionData } from './command.ts';
import { suggestion } from './suggest.ts';
import type { Check } from './values/check.ts';
import { KINDS } from './values/kinds.ts';

/** Gives `command` the words, arguments and options of `data`. */
export function declare(command: Command, data: CommandData): Command {
  command.description(inEnglish({ key: data.words }));
  for (const argument of data.arguments ?? []) command.addArgument(argumentOf(argument));
  for (const option of data.options ?? []) command.addOption(optionOf(option));
  if (data.notes !== undefined) command.addHelpText('after', `\n${inEnglish({ key: data.notes })}`);
  return command;
}

/** How commands are listed that are not declared. */
const terms = new WeakMap<Command, string>();

/** Lists of commands show `command` as if it were declared. */
export function listedAs(command: Command, data: Pick<CommandData, 'name' | 'arguments' | 'options'>): void {
  const options = (data.options ?? []).length === 0 ? [] : ['[options]'];
  terms.set(command, [data.name, ...options, ...(data.arguments ?? []).map(({ term }) => term)].join(' '));
}

/** Option and argument say all of themselves in their descriptions: see `optionOf`. */
export const HELP_FORM = {
  subcommandTerm: (command: Command) => terms.get(command) ?? new Help().subcommandTerm(command),
  optionDescription: ({ description }: Option) => description,
  argumentDescription: ({ description }: Argument) => description,
} as const;

function optionOf(data: OptionData): Option {
  const option = new Option(data.flags, described(data.words, data));
  const check = checkOf(data, option.long ?? data.flags);
  if (check !== null && data.isRepeatable === true) option.argParser(collect(check)).default([]);
  else if (check !== null) option.argParser(check);
  if (data.default !== undefined) option.default(data.default);
  return option.makeOptionMandatory(data.isRequired === true);
}

function argumentOf(data: ArgumentData): Argument {
  const words = data.words ?? (data.kind === undefined ? undefined : KINDS[data.kind].words);
  const argument = new Argument(data.term, described(words, data));
  const check = checkOf(data, argument.name().toUpperCase());
  if (check !== null && argument.variadic) argument.argParser(collect(check));
  else if (check !== null) argument.argParser(check);
  return argument;
}

/** For what can be given several times. */
function collect(check: Check): (value: string, previous?: readonly string[]) => string[] {
  return (value, previous = []) => [...previous, check(value)];
}

function checkOf({ kind, choices }: Pick<OptionData, 'kind' | 'choices'>, name: string): Check | null {
  if (choices !== undefined) return oneOf(choices);
  return kind === undefined ? null : KINDS[kind].checkFor(name);
}

function oneOf(choices: readonly string[]): Check {
  return (text) => {
    if (choices.includes(text)) return text;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${suggestion(text, choices)}`);
  };
}

/** `memory of the emulated machine (default: 4096)` */
function described(
  words: TextKey | undefined,
  data: Partial<Pick<OptionData, 'kind' | 'choices' | 'default' | 'isRepeatable'>>,
): string {
  const { choices, default: usual, isRepeatable } = data;
  const example = data.kind === undefined ? undefined : KINDS[data.kind].example;
  const more: Message[] = [
    ...(choices === undefined
      ? []
      : [{ key: 'commandLine.extras.choices', values: { choices: { list: choices, by: 'comma' } } } as const]),
    ...(usual === undefined ? [] : [{ key: 'commandLine.extras.default', values: { usual } } as const]),
    ...(example === undefined ? [] : [{ key: 'commandLine.extras.example', values: { example } } as const]),
    ...(isRepeatable === true ? [{ key: 'commandLine.extras.repeatable' } as const] : []),
  ];
  const text = words === undefined ? '' : inEnglish({ key: words });
  return more.length === 0 ? text : `${text} (${inEnglish({ list: more, by: 'semicolon' })})`.trimStart();
}
