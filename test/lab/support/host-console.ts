/** A person at the serial console of a host that runs in a virtual machine: logs in, types commands, waits for words. */
import { stripVTControlCharacters } from 'node:util';
import { findVerdict, type HostVerdict } from '../../../src/report/verdict.ts';
import type { Machine } from '../../../src/system/vm/qemu.ts';
import { Reading } from './reading.ts';

const MINUTE = 60_000;
/** Emulated machines take their time to answer, busy ones above all. */
const ANSWER_MS = 3 * MINUTE;
const TRIES = 6;

export interface Said {
  readonly code: number;
  readonly text: string;
}

export class HostConsole {
  readonly #machine: Pick<Machine, 'console' | 'gone'>;
  readonly #reading = new Reading((text) => stripVTControlCharacters(text).replaceAll('\r', ''));
  /** Of the last verdict: the kernel's id of that start. */
  #lastBoot: string | null = null;
  #count = 0;

  constructor(machine: Pick<Machine, 'console' | 'gone'>) {
    this.#machine = machine;
    machine.console.on('data', (chunk) => {
      this.#reading.take(String(chunk));
    });
    void machine.gone.then(() => {
      this.#reading.end();
    });
  }

  type(keys: string): void {
    this.#machine.console.write(keys);
  }

  /** Waits for words among those that were not read yet, and takes them as read. */
  async sees(words: RegExp, limitMs: number): Promise<RegExpExecArray> {
    return await this.#reading.sees(words, limitMs);
  }

  /** What the host says of itself once it is up, of a start that was not told yet; all before it is taken as read. */
  async verdict(limitMs: number): Promise<HostVerdict> {
    const found = await this.#reading.waitsFor(
      (text) => {
        const verdict = findVerdict(text);
        return verdict === null || verdict.bootId === this.#lastBoot ? null : verdict;
      },
      'XENWRIGHT-VERDICT of a new start',
      limitMs,
    );
    this.#lastBoot = found.bootId ?? null;
    this.#reading.skip();
    return found;
  }

  /**
   * Logs in at a console that waits for that; gives what stood above the prompt, and what was said after the login.
   * Others may write there meanwhile: what gets no answer is typed again.
   */
  async login(user: string, password: string): Promise<{ readonly before: string; readonly after: string }> {
    // Whoever waits there already shows all of it again.
    const prompt = await this.#asks('\r', /\S+ login: $/);
    this.type(`${user}\r`);
    await this.sees(/Password: */, ANSWER_MS);
    this.type(`${password}\r`);
    const shell = await this.#asks('echo LAB-""SHELL\n', /Login incorrect|LAB-SHELL/);
    if (shell[0] === 'Login incorrect') throw new Error(`nobody gets in as ${user}`);
    // A shell that changes nothing of what is typed, says nothing of its own, and has no words of the kernel between.
    this.type('stty -echo; exec sh\n');
    await this.#asks(() => this.#line('PS1=; PS2=; dmesg --console-level 1'), /LAB-END-\d+ 0\n/);
    return { before: before(prompt), after: before(shell) };
  }

  /** Runs one line of the shell to its end. */
  async run(command: string, limitMs = ANSWER_MS): Promise<Said> {
    this.type(this.#line(command));
    const end = await this.sees(new RegExp(`LAB-END-${this.#count} (\\d+)\\n`), limitMs);
    return { code: Number(end[1]), text: before(end) };
  }

  /** A command and a mark of its end. */
  #line(command: string): string {
    this.#count += 1;
    // A new line, not a return: a shell that edits its lines takes both, and what comes after it only this one.
    // In two pieces: where the line is shown after all, it is not what is waited for.
    return `{ ${command}; } </dev/null 2>&1; echo "LAB-""END-${this.#count} $?"\n`;
  }

  /** Types until there is an answer. */
  async #asks(keys: string | (() => string), answer: RegExp): Promise<RegExpExecArray> {
    for (let left = TRIES; ; left--) {
      this.type(typeof keys === 'string' ? keys : keys());
      try {
        return await this.sees(answer, ANSWER_MS / TRIES);
      } catch (error) {
        if (left === 1) throw error;
      }
    }
  }
}

function before(found: RegExpExecArray): string {
  return found.input.slice(0, found.index);
}
