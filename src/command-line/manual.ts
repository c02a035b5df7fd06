/**
 * The manual page, xenwright(1), made of the data that help is made of: commands, their arguments and options. Pure;
 * English, as help is.
 */
import { Command } from 'commander';
import { inEnglish } from '../i18n/english.ts';
import { VERSION } from '../version.ts';
import type { CommandData } from './command.ts';
import { declare } from './declare.ts';
import { COMMANDS, WITHOUT_COMMAND } from './table.ts';
import { listedCommands } from './listed.ts';

const SEE_ALSO = ['xen(7)', 'xl(1)', 'xl.cfg(5)', 'lvm(8)', 'ssh\\-keygen(1)'];

/** The page as roff(7) with man(7)'s macros. `date`: the day it is of, `2026-11-30`. */
export function manualPage(date: string): string {
  const { name } = WITHOUT_COMMAND;
  const about = inEnglish({ key: WITHOUT_COMMAND.words });
  return [
    `.TH ${name.toUpperCase()} 1 "${date}" "Xenwright ${roff(VERSION)}" "User Commands"`,
    '.SH NAME',
    // man(1)'s index takes one line, and no full stop belongs there.
    `${roff(name)} \\- ${line(decapitalised(about).replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    ...synopses(),
    '.SH DESCRIPTION',
    line(about),
    ...notesOf(WITHOUT_COMMAND),
    '.SH OPTIONS',
    ...entriesOf(WITHOUT_COMMAND),
    ...entry('\\-\\-version', inEnglish({ key: 'commandLine.options.version' })),
    '.SH COMMANDS',
    ...listedCommands(COMMANDS).flatMap(({ path, data }) => section(path, data)),
    '.SH SEE ALSO',
    `${SEE_ALSO.map((page) => `.BR ${page.replace('(', ' (')}`).join(' ,\n')}`,
    '',
  ].join('\n');
}

function synopses(): string[] {
  const { name } = WITHOUT_COMMAND;
  const all = [
    { typed: name, data: WITHOUT_COMMAND },
    ...listedCommands(COMMANDS).map(({ path, data }) => ({ typed: `${name} ${path}`, data })),
  ];
  return all.flatMap(({ typed, data }, at) => [
    ...(at === 0 ? [] : ['.br']),
    `.B ${roff(typed)}`,
    `[\\fIoptions\\fR]${argumentsOf(data)}`,
  ]);
}

function argumentsOf({ arguments: all = [] }: CommandData): string {
  return all.map(({ term }) => ` \\fI${roff(term)}\\fR`).join('');
}

function section(path: string, data: CommandData): string[] {
  return [`.SS ${roff(path)}${argumentsOf(data)}`, line(sentence(data)), ...notesOf(data), ...entriesOf(data)];
}

function sentence({ words }: CommandData): string {
  const text = inEnglish({ key: words });
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function notesOf({ notes }: CommandData): string[] {
  if (notes === undefined) return [];
  // The help breaks its lines by hand, within sentences too.
  return inEnglish({ key: notes })
    .replaceAll(',\n', ', ')
    .split('\n')
    .flatMap((text) => ['.PP', line(text)]);
}

/** Arguments and options, with what help says of them. */
function entriesOf(data: CommandData): string[] {
  const command = declare(new Command(data.name), data);
  return [
    ...command.registeredArguments
      .filter(({ description }) => description !== '')
      .flatMap((argument) => entry(`\\fI${roff(argument.name())}\\fR`, argument.description)),
    ...command.options.flatMap(({ flags, description }) => entry(flagsOf(flags), description)),
  ];
}

function entry(term: string, text: string): string[] {
  return ['.TP', term, line(text)];
}

/** `--jobs <n>`: the option as it is typed, its value as what stands for one. */
function flagsOf(flags: string): string {
  const [option = flags, ...value] = flags.split(' ');
  return `\\fB${roff(option)}\\fR${value.length === 0 ? '' : ` \\fI${roff(value.join(' '))}\\fR`}`;
}

function decapitalised(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** A line of text: one that begins like a request is none. */
function line(text: string): string {
  return roff(text.replaceAll(/\s+/g, ' ')).replace(/^(?=[.'])/, String.raw`\&`);
}

/** Signs that roff reads, and a hyphen that can be copied into a shell. */
function roff(text: string): string {
  return text.replaceAll('\\', String.raw`\e`).replaceAll('-', String.raw`\-`);
}
