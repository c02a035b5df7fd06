/** What `domu start`, `stop` and `restart` have in common: options, whom they mean, and how they tell what happens. */
import { EXIT, failure } from '../../errors.ts';
import { chosen, readTargets, type Target } from '../../host/domus/targets.ts';
import { powerHere, type Power } from '../../host/domus/power.ts';
import { figuresOf } from '../../i18n/figures.ts';
import { say, type Message } from '../../i18n/phrase.ts';
import { screenTexts } from '../../install/screen-texts.ts';
import { thisTerminal } from '../../install/this-terminal.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { ask } from '../../system/terminal/ask.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { showable } from '../../ui/terminal/glyphs.ts';

export interface StartOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}
export interface StopOptions extends StartOptions {
  readonly force?: boolean;
  /** Seconds. */
  readonly timeout?: string;
  readonly yes?: boolean;
}

/** A person's words for what happens, and the host. */
export interface Bench {
  readonly power: Power;
  words(message: Message): string;
}

export async function benchHere(io: CommandIo): Promise<Bench> {
  const terminal = thisTerminal();
  const t = await screenTexts(terminal);
  const words = (message: Message): string => showable(say(message, t), terminal.glyphs);
  return {
    words,
    power: powerHere(
      (message) => io.out(`${words(message)}\n`),
      (seconds) => figuresOf(t).duration(seconds),
    ),
  };
}

/** `all`: which of them `--all` means. Throws `usage` (exit 2), `needs-root` and `no-xen` (4), `xl-silent` (5). */
export async function meant(
  names: readonly string[],
  options: StartOptions,
  { power }: Bench,
  all: (target: Target) => boolean,
): Promise<Target[]> {
  if (names.length === 0 && options.all !== true) throw failure('usage.domuNames', EXIT.usage);
  if (names.length > 0 && options.all === true) throw failure('usage.domuNamesAll', EXIT.usage);
  refuseWithoutRoot();
  const targets = await readTargets(power.port);
  return options.all === true ? targets.filter(all) : chosen(targets, names);
}

export function refuseWithoutRoot(): void {
  if (process.getuid?.() !== 0) throw failure('needs-root.power', EXIT.refused);
}

/** `--dry-run`: the commands, none of them run. `refusals`: what is said of those that would not be started. */
export function showCommands(
  commands: readonly (readonly string[])[],
  io: CommandIo,
  { words }: Bench,
  refusals: readonly Message[] = [],
): number {
  for (const refusal of refusals) io.err(`${words(refusal)}\n`);
  if (commands.length === 0) io.err(`${words({ key: 'commandLine.domu.power.nothing' })}\n`);
  for (const argv of commands) io.out(`${commandLine(argv)}\n`);
  return refusals.length === 0 ? EXIT.done : EXIT.action;
}

/** Who is switched off loses what is not on its disk: that is said, and asked where a person is there. */
export async function mayStop(
  targets: readonly Target[],
  options: StopOptions,
  io: CommandIo,
  { words }: Bench,
): Promise<boolean> {
  const names = { list: targets.filter(({ domain }) => domain !== null).map(({ name }) => name), by: 'comma' } as const;
  if (options.force !== true || names.list.length === 0) return true;
  io.err(`${words({ key: 'commandLine.domu.power.dies', values: { names } })}\n`);
  if (options.yes === true || !io.interactive) return true;
  const question = words({ key: 'commandLine.domu.power.question', values: { names } });
  if (/^y(es)?$/i.test((await ask(`${question} [y/N] `))?.trim() ?? '')) return true;
  io.err(`${words({ key: 'commandLine.domu.power.unchanged' })}\n`);
  return false;
}

/** What is wished of a stop. */
export function wishOf({ force, timeout }: StopOptions): { force: boolean; seconds: number | null } {
  return { force: force === true, seconds: timeout === undefined ? null : Number(timeout) };
}
