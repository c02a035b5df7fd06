/** The whole command line, made of the table of commands. What a command needs is loaded when it runs. */
import { Command } from 'commander';
import { EXIT, failure } from '../errors.ts';
import { inEnglish } from '../i18n/english.ts';
import type { TextKey } from '../i18n/keys.ts';
import type { Word } from '../i18n/phrase.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { VERSION } from '../version.ts';
import type { CommandData, CommandRow, CommandToCome } from './command.ts';
import { declare, HELP_FORM, listedAs } from './declare.ts';
import { suggestion } from './suggest.ts';
import { COMMANDS, WITHOUT_COMMAND } from './table.ts';

/** The argument of a command that is to come. */
const ANYTHING = '[args...]';

/** What is told of the command that ran. */
interface Running {
  readonly io: CommandIo;
  readonly finish: (exitCode: number) => void;
  /** Can it be the one that is asked for? Of any other one no more is made than a list of commands shows. */
  readonly isAsked: (name: string) => boolean;
}

/**
 * `finish` receives the exit code of the command that ran. Parsing throws CommanderError for what it has told itself,
 * and XenwrightError. `words`: all that will be parsed, where that is known; a start waits for what is made of it.
 */
export function commandLine(
  io: CommandIo,
  finish: (exitCode: number) => void,
  words: readonly string[] | null = null,
): Command {
  const running = { io, finish, isAsked: (name: string) => words === null || words.includes(name) };
  const cli = new Command(WITHOUT_COMMAND.name)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .configureHelp(HELP_FORM)
    .version(VERSION, '--version', say('commandLine.options.version'))
    .enablePositionalOptions();
  pointToHelp(cli, 'commandLine.seeHelp.commands');
  cli.hook('preAction', (_, action) => {
    if (action === cli) refuseUnknown(cli);
    else refuseWizardOption(cli, action);
    // The environment is asked, so that what draws in other processes knows it too.
    if (cli.opts()['screenReader'] === true || action.opts()['screenReader'] === true)
      process.env['INK_SCREEN_READER'] = 'true';
  });
  runs(declare(cli, WITHOUT_COMMAND), WITHOUT_COMMAND, running);
  for (const row of COMMANDS) add(cli, row, running);
  addHelp(cli);
  // Last: commands take over from here what they allow. A word too much is no command, and is told so (see above).
  return cli.allowExcessArguments().allowUnknownOption();
}

function add(to: Command, row: CommandRow, running: Running): void {
  const command = to.command(row.name, { hidden: 'isUnlisted' in row || 'isInternal' in row });
  if ('commands' in row) {
    command.helpCommand(false).description(say(row.words));
    pointToHelp(command, 'commandLine.seeHelp.commands');
    for (const one of row.commands) add(command, one, running);
    // Last: commands take over from it what it allows.
    if (row.alone !== undefined) standsAlone(declare(command, row.alone), row.alone, running, say(row.words));
    return;
  }
  if (!running.isAsked(row.name)) {
    list(command, row);
    return;
  }
  pointToHelp(command, 'commandLine.seeHelp.options');
  if ('isToCome' in row) refuses(command, row, running);
  else runs(declare(command, row), row, running);
}

/** A line of a list of commands. */
function list(command: Command, row: CommandData | CommandToCome): void {
  const isToCome = 'isToCome' in row;
  command.description(isToCome ? aboutToCome(row) : say(row.words));
  listedAs(command, isToCome ? { name: row.name, arguments: [{ term: ANYTHING }] } : row);
}

function runs(command: Command, { run, arguments: wanted = [] }: CommandData, { io, finish }: Running): void {
  command.action(async (...given: readonly unknown[]) =>
    finish(await run(io, command.opts(), ...given.slice(0, wanted.length))),
  );
}

/** A group that does something where no verb is named; what stands there is no argument, but a verb that nobody knows. */
function standsAlone(command: Command, data: CommandData, running: Running, about: string): void {
  command.description(about).allowExcessArguments();
  command.hook('preAction', (_, action) => {
    const [word] = command.args;
    if (action === command && word !== undefined) unknownCommand(command, word);
  });
  runs(command, data, running);
}

/** Whatever follows it, nothing is done. */
function refuses(command: Command, row: CommandToCome, { io, finish }: Running): void {
  const { words, instead } = row;
  command
    .description(aboutToCome(row))
    .argument(ANYTHING)
    .allowUnknownOption()
    .action(() => {
      io.err(`${say('commandLine.toCome.refused', { command: pathOf(command), purpose: { key: words } })}\n`);
      if (instead !== undefined) io.err(`${say('commandLine.toCome.instead', { instead: { key: instead } })}\n`);
      finish(EXIT.usage);
    });
}

function aboutToCome({ words }: CommandToCome): string {
  return say('commandLine.toCome.about', { purpose: { key: words } });
}

/** `help medium copy` is `medium copy --help`. */
function addHelp(cli: Command): void {
  const find = (at: Command, word: string): Command =>
    at.commands.find((command) => command.name() === word) ?? unknownCommand(at, word);
  const help = cli.command('help').description(say('commandLine.help.about')).argument('[command...]');
  help.action((words: readonly string[]) => words.reduce(find, cli).help());
}

/** Of the wizard: what stands where a command would, and options that nobody has. */
function refuseUnknown(cli: Command): void {
  const [word] = cli.args;
  if (word === undefined) return;
  if (!word.startsWith('-') || word === '-') unknownCommand(cli, word);
  const known = cli.options.flatMap(({ long }) => long ?? []);
  wrong(cli, `unknown option '${word}'${suggestion(word, known)}`);
}

/** Before a command they would do nothing: `--demo install` must not install. */
function refuseWizardOption(cli: Command, action: Command): void {
  const lost = cli.options.find(
    (option) => option.attributeName() !== 'screenReader' && cli.getOptionValueSource(option.attributeName()) === 'cli',
  );
  if (lost !== undefined)
    throw failure('usage.wizardOption', EXIT.usage, { option: lost.long ?? lost.flags, command: pathOf(action) });
}

/** A verb of a group is found by its own name, too. */
function unknownCommand(at: Command, word: string): never {
  const groups = at.commands.filter((group) => group.commands.some((command) => command.name() === word));
  const internal = COMMANDS.flatMap((row) => ('isInternal' in row ? row.name : []));
  const known = at.commands.map((command) => command.name()).filter((name) => !internal.includes(name));
  const guess =
    groups.length > 0
      ? `\n(Did you mean ${groups.map((group) => `${group.name()} ${word}`).join(', ')}?)`
      : suggestion(word, known);
  return wrong(at, `unknown command '${word}'${guess}`);
}

function wrong(at: Command, text: string): never {
  return at.error(`error: ${text}`, { exitCode: EXIT.usage });
}

function pointToHelp(command: Command, words: TextKey): void {
  command.showHelpAfterError(say(words, { command: [WITHOUT_COMMAND.name, pathOf(command)].join(' ').trimEnd() }));
}

/** `medium copy`; of the whole command line nothing. */
function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null ? '' : `${pathOf(parent)} ${command.name()}`.trimStart();
}

function say(key: TextKey, values: Readonly<Record<string, Word>> = {}): string {
  return inEnglish({ key, values });
}
