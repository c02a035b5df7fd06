/** The outside world as commands see it: sources to read, text to print. The one place that binds them to this process. */
import { cleanText } from '../../clean-text.ts';
import type { SourceAccess } from '../source/source.ts';

export interface CommandIo {
  readText(source: string, access?: SourceAccess): Promise<string>;
  /**
   * For standard output. `data`: what programs read, or files keep; it goes as it is where no terminal shows it.
   * Everything else is text for people and draws nothing, whatever a profile, a server or a guest has put into it.
   */
  out(text: string, kind?: 'data'): void;
  err(text: string): void;
  /** Is a person there to answer questions? */
  readonly interactive: boolean;
}

/** To the line's beginning, and the rest of it erased: how a line is drawn again. */
export const LINE_BACK = '\r\u001b[K';

/**
 * The edge that everything passes on its way to a terminal, whoever wrote it: of our own signs only those by which a
 * line is drawn again, and only where a text begins.
 */
export function forTerminal(text: string): string {
  const own = [LINE_BACK, '\r'].find((one) => text.startsWith(one)) ?? '';
  return own + cleanText(text.slice(own.length));
}

/** Standard input, output and error of this process. */
export function processIo(): CommandIo {
  return {
    // Loaded only here: it brings mounts and servers along, which help and usage have no need of.
    readText: async (source, access) => await (await import('../source/source.ts')).readSource(source, access),
    out: (text, kind) => {
      process.stdout.write(kind === 'data' && process.stdout.isTTY !== true ? text : forTerminal(text));
    },
    err: (text) => {
      process.stderr.write(forTerminal(text));
    },
    // Asked for when it matters: standard input alone brings a family of Node's modules along.
    get interactive() {
      return process.stdin.isTTY === true && process.stdout.isTTY === true;
    },
  };
}

/**
 * Was this process started by npm, in the sources? It sets up whatever is missing, and nobody is asked
 * (src/setup/ensure.mjs).
 */
export function setsUp(): boolean {
  return process.env['XENWRIGHT_SETS_UP'] !== undefined;
}
