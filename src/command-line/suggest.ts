/** What was probably meant by a word that is none of those there are. */
import { Command, CommanderError } from 'commander';

/**
 * `\n(Did you mean install?)` as commander says it of commands and, where the word begins with `--`, of options; empty
 * where no word is near.
 */
export function suggestion(word: string, known: readonly string[]): string {
  const guess = new Command().helpCommand(false).helpOption(false).exitOverride();
  guess.configureOutput({ writeErr: () => undefined });
  for (const name of known) {
    if (name.startsWith('-')) guess.option(name);
    else guess.command(name);
  }
  try {
    guess.parse([word], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return /\n\(Did you mean .*$/s.exec(error.message)?.[0] ?? '';
    throw error;
  }
  return '';
}
