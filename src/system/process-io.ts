/** The outside world as commands see it: sources to read, text to print. The one place that binds them to this process. */
import { readSource } from './source.ts';

export interface CommandIo {
  readText(source: string): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  /** Is a person there to answer questions? */
  readonly interactive: boolean;
}

/** Standard input, output and error of this process. */
export function processIo(): CommandIo {
  return {
    readText: (source) => readSource(source),
    out: (text) => { process.stdout.write(text); },
    err: (text) => { process.stderr.write(text); },
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  };
}
