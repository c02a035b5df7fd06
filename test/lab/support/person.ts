/** A person at a terminal, for tests in virtual machines: reads what is on screen, waits for words, types. */
import { appendFileSync } from 'node:fs';
import { spawn, type IPty } from '@lydell/node-pty';

/** What a person starts, and where what was on screen is kept. */
export interface Desk {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly log: string;
}

export class Person {
  readonly terminal: IPty;
  readonly gone: Promise<number>;
  #read = '';
  #ended = false;

  constructor({ argv: [command = '', ...args], cwd, env, log }: Desk) {
    this.terminal = spawn(command, args, {
      cwd,
      cols: 80,
      rows: 24,
      name: 'xterm-256color',
      env: { ...process.env, ...env },
    });
    this.terminal.onData((data) => {
      this.#read += data;
      appendFileSync(log, data);
    });
    this.gone = new Promise((resolve) => {
      this.terminal.onExit(({ exitCode }) => {
        this.#ended = true;
        resolve(exitCode);
      });
    });
  }

  /** Waits for words among those that were not read yet, and takes them as read. */
  async sees(words: RegExp, limitMs: number): Promise<RegExpExecArray> {
    for (const end = Date.now() + limitMs; Date.now() < end;) {
      const found = words.exec(this.#read);
      if (found !== null) {
        this.#read = this.#read.slice(found.index + found[0].length);
        return found;
      }
      if (this.#ended) break;
      await new Promise((resolve) => {
        setTimeout(resolve, 200);
      });
    }
    throw new Error(`not seen: ${words.source}; the last on screen:\n${this.#read.slice(-1500)}`);
  }

  type(keys: string): void {
    this.terminal.write(keys);
  }
}
