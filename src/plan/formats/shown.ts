/** How a format learns the commands of an action: a function of whoever knows the kinds of action. */
import type { Action } from '../action.ts';

/** One command line as data; `inputDescription` is what goes to its standard input, secrets named as `$SECRET_<name>`. */
export interface ShownCommand {
  readonly argv: readonly string[];
  readonly inputDescription?: string;
  readonly note?: string;
}

export type Describe = (action: Action) => readonly ShownCommand[];
