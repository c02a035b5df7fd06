/** What a person does at a console of the booted medium, and at which of them. */
import type { Message } from '../i18n/phrase.ts';
import { SESSION_FOLDER } from '../medium/session/places.ts';
import type { MasterConsole } from '../system/medium/console.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { runShell } from '../system/process/run-shell.ts';
import { askSecret } from '../system/terminal/ask-secret.ts';
import { doOn, otherConsoles } from '../system/terminal/console-tasks.ts';
import type { AskJob, Asked } from './ask-sections.ts';
import type { SessionTranslator } from './session-translator.ts';
import { thisTerminal } from './this-terminal.ts';

/** What a person does at a console, and what comes of it. */
export interface ConsoleActs {
  shell(note: Message): Promise<void>;
  wizard(): Promise<number>;
  ask(job: AskJob): Promise<Asked>;
  secret(question: string): Promise<string>;
}

/** At this process's own console. */
export function actsHere(
  translator: SessionTranslator,
  wizard: (io: CommandIo) => Promise<number>,
  io: CommandIo,
): ConsoleActs {
  const { glyphs } = thisTerminal();
  return {
    shell: async (note) => await runShell(`${translator.said(note)(glyphs)}\n`),
    wizard: async () => await wizard(io),
    ask: async (job) => await (await import('./ask-sections.ts')).askSections(job, io),
    secret: askSecret,
  };
}

/** With several consoles nobody knows before which of them a person sits. */
export interface ConsoleChoice {
  /** At that console, or here: where it is this one, or is gone. */
  at<K extends keyof ConsoleActs>(
    console: string | null,
    kind: K,
    data: Parameters<ConsoleActs[K]>[0] | null,
  ): Promise<Awaited<ReturnType<ConsoleActs[K]>>>;
  /** Says the line and waits for a key; the console where it is pressed, null: this one. */
  whereTo(line: Message): Promise<string | null>;
  /** Where questions are asked: settled by a key, once. */
  askAt(): Promise<string | null>;
}

export function consoleChoice(console: MasterConsole, here: ConsoleActs, say: (line: Message) => void): ConsoleChoice {
  let asking: Promise<string | null> | null = null;
  const whereTo = async (line: Message): Promise<string | null> => {
    if ((await otherConsoles(SESSION_FOLDER)).length === 0) return null;
    say(line);
    await console.key(null);
    return console.from();
  };
  const at = async <K extends keyof ConsoleActs>(
    name: string | null,
    kind: K,
    data: Parameters<ConsoleActs[K]>[0] | null,
  ): Promise<Awaited<ReturnType<ConsoleActs[K]>>> => {
    if (name !== null) say({ key: 'session.goesOn', values: { console: name } });
    const done = name === null ? null : await doOn(SESSION_FOLDER, name, { kind, data });
    return (done === null ? await here[kind](data as never) : done.result) as Awaited<ReturnType<ConsoleActs[K]>>;
  };
  return { at, whereTo, askAt: async () => await (asking ??= whereTo({ key: 'session.askWhere' })) };
}
