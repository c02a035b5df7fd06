/**
 * What a command is, as data: its name, words, arguments and options, and what it does. Help is made of it without
 * loading what the command itself needs: files of commands import types and the data beside this file, nothing else.
 */
import type { TextKey } from '../i18n/keys.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import type { ValueKind } from './values/kinds.ts';

interface Valued {
  /** What its value must look like: a row of values/kinds.ts. Without one and without choices it has no value. */
  readonly kind?: ValueKind;
  /** The only values there are. */
  readonly choices?: readonly string[];
}

export interface OptionData extends Valued {
  /** As the help shows it: `--yes`, `--jobs <n>`, `--no-firmware`. */
  readonly flags: string;
  readonly words: TextKey;
  readonly default?: string;
  /** It can be given several times: its value is a list, empty where it was not given. */
  readonly isRepeatable?: true;
  readonly isRequired?: true;
}

export interface ArgumentData extends Valued {
  /** As the help shows it: `<source>`, `[target]`, `<image...>`. */
  readonly term: string;
  /** Absent: its name says it. */
  readonly words?: TextKey;
}

/** A verb. `Args` and `Options` are what commander makes of its arguments and options. */
export interface CommandData<Args extends readonly unknown[] = readonly unknown[], Options = object> {
  readonly name: string;
  readonly words: TextKey;
  /** What the help says below everything else. */
  readonly notes?: TextKey;
  /** In no list of commands, but known to people who misspell it. */
  readonly isUnlisted?: true;
  /** Xenwright itself starts it: no list and no guess names it. */
  readonly isInternal?: true;
  readonly arguments?: readonly ArgumentData[];
  readonly options?: readonly OptionData[];
  /** Loads the command and carries it out. Resolves with the exit code. */
  run(io: CommandIo, options: Options, ...args: Args): Promise<number>;
}

/** `medium build`, `medium copy`, …: verbs that belong together. */
interface CommandGroup {
  readonly name: string;
  readonly words: TextKey;
  /** What it does where no verb is named; absent: it shows its help. */
  readonly alone?: CommandData;
  readonly commands: readonly (CommandData | CommandToCome)[];
}

/** Refused in words, whatever follows it. */
export interface CommandToCome {
  readonly name: string;
  readonly words: TextKey;
  readonly isToCome: true;
  /** What does it until then. */
  readonly instead?: TextKey;
}

export type CommandRow = CommandData | CommandGroup | CommandToCome;
