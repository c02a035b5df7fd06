/** The outside world as commands see it: sources to read, text to print. The one place that binds them to this process. */
import type { SourceAccess } from '../source/source.ts';

export interface CommandIo {
  readText(source: string, access?: SourceAccess): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  /** Is a person there to answer questions? */
  readonly interactive: boolean;
}

/** Standard input, output and error of this process. */
export function processIo(): CommandIo {
  return {
    // Loaded only here: it brings mounts and servers along, which help and usage have no need of.
    readText: async (source, access) => await (await import('../source/source.ts')).readSource(source, access),
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}

/**
 * Was this process started by npm, in the sources? It sets up whatever is missing, and nobody is asked
 * (src/setup/ensure.mjs).
 */
export function setsUp(): boolean {
  return process.env['XENWRIGHT_SETS_UP'] !== undefined;
}
