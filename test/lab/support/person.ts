/** A person at a terminal, for tests in virtual machines: reads what is on screen, waits for words, types. */
import { appendFileSync } from 'node:fs';
import { spawn, type IPty } from '@lydell/node-pty';
import { Reading } from './reading.ts';

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
  readonly #reading = new Reading();

  constructor({ argv: [command = '', ...args], cwd, env, log }: Desk) {
    this.terminal = spawn(command, args, {
      cwd,
      cols: 80,
      rows: 24,
      name: 'xterm-256color',
      env: { ...process.env, ...env },
    });
    this.terminal.onData((data) => {
      this.#reading.take(data);
      appendFileSync(log, data);
    });
    this.gone = new Promise((resolve) => {
      this.terminal.onExit(({ exitCode }) => {
        this.#reading.end();
        resolve(exitCode);
      });
    });
  }

  /** Waits for words among those that were not read yet, and takes them as read. */
  async sees(words: RegExp, limitMs: number): Promise<RegExpExecArray> {
    return await this.#reading.sees(words, limitMs);
  }

  type(keys: string): void {
    this.terminal.write(keys);
  }
}
