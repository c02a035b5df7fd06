/** What events carry, in the language of a screen: titles of actions, units of their progress, and errors. Pure. */
import { hasText } from './english.ts';
import type { Translate } from './keys.ts';
import { say, type Message } from './phrase.ts';
import { messageOf, type Said } from './said.ts';

interface Titled {
  readonly title: string;
  readonly said?: Said | undefined;
}
interface Failed {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly lastLines?: readonly string[] | undefined;
  readonly said?: Said | undefined;
}

/** The title of an action, for whoever says it later. */
export function titleMessage({ title, said }: Titled): Message {
  return messageOf('actions', said, title);
}

/** The title of an action. */
export function titleIn(t: Translate, action: Titled): string {
  return say(titleMessage(action), t);
}

/** The unit of an action's progress, like `MiB` or `steps`, behind the number `count`: those that are words have a text. */
export function unitIn(t: Translate, unit: string, count: number): string {
  const key = `units.${unit}`;
  return hasText(key) ? t(key, { count }) : unit;
}

/** Message, hint and last lines of an error, for whoever says them later. */
export function errorMessages({ message, hint, lastLines = [], said }: Failed): {
  readonly message: Message;
  readonly hint: Message | null;
  readonly lastLines: readonly Message[];
} {
  return {
    message: ofError(said, message, 'message'),
    hint: hint === undefined ? null : ofError(said, hint, 'hint'),
    lastLines: lastLines.map((line, index) => messageOf('errors', said?.lines?.[index], line)),
  };
}

/** What planning refuses is said in the words of a finding. */
function ofError(said: Said | undefined, english: string, part: 'message' | 'hint'): Message {
  return messageOf('errors', said, messageOf('findings', said, english, part), part);
}

/** Message, hint and last lines of an error. */
export function errorIn(
  t: Translate,
  error: Failed,
): { readonly message: string; readonly hint: string | null; readonly lastLines: readonly string[] } {
  const { message, hint, lastLines } = errorMessages(error);
  return {
    message: say(message, t),
    hint: hint === null ? null : say(hint, t),
    lastLines: lastLines.map((line) => say(line, t)),
  };
}
