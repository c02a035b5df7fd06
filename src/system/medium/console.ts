/** The consoles of a booted medium: one session says what it does, all of them show it, and a key on any of them counts. */
import { appendFileSync, readFileSync, writeFileSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { announceConsole, doTask, taskFor, type ConsoleTask } from '../terminal/console-tasks.ts';
import { forTerminal } from '../process/process-io.ts';

const POLL_MS = 200;
const LAST_LINES = 40;
/** Of what was said before a console came: enough for its screen. */
const BACKLOG_BYTES = 8192;
/** The screen's file is memory. */
const MOST_BYTES = 6 * 1024 * 1024;

/** Consoles by the signs that they can show: what is said is kept once for each kind. */
export type ConsoleCharacters = 'ascii' | 'cp437' | 'unicode';
/** A text for each kind of console. */
export type MessageAndHint = (characters: ConsoleCharacters) => string;
const KINDS: readonly ConsoleCharacters[] = ['ascii', 'cp437', 'unicode'];

export interface MasterConsole {
  /** In English, whatever is shown. */
  readonly logPath: string;
  say(text: string | MessageAndHint): void;
  /** What others have printed here already, for the other consoles. */
  mirror(text: string): void;
  key(seconds: number | null, onSecond?: (left: number) => void, signal?: AbortSignal): Promise<string | null>;
  /** The console of the last key; null: this one, or none was pressed. */
  from(): string | null;
  lastLines(): readonly string[];
  /** What was said up to now is no more among the last lines. */
  forgetLines(): void;
  /** From now on every console has a wizard of its own. */
  wizardEverywhere(): void;
}

/** The console whose session does the work; `own`: what it can show. */
export function masterConsole(folder: string, own: ConsoleCharacters = 'ascii'): MasterConsole {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths = pathsIn(folder);
  rmSync(paths.wizard, { force: true });
  writeFileSync(paths.keys, '', { mode: 0o600 });
  for (const characters of KINDS) writeFileSync(paths.screen(characters), '', { mode: 0o600 });
  const last: string[] = [];
  // The line that may be written over yet.
  let open = '';
  const mirror = (text: string | MessageAndHint): void => {
    const said = typeof text === 'string' ? () => text : text;
    const lines = (open + stripVTControlCharacters(said('ascii')).replaceAll('\r\n', '\n'))
      .split('\n')
      .map((line) => line.split('\r').findLast((part) => part.trim() !== '') ?? '');
    open = lines.pop() ?? '';
    last.push(...lines.filter((line) => line !== ''));
    last.splice(0, Math.max(0, last.length - LAST_LINES));
    for (const characters of KINDS)
      if (sizeOf(paths.screen(characters)) < MOST_BYTES) appendFileSync(paths.screen(characters), said(characters));
  };
  let seen = 0;
  let from: string | null = null;
  return {
    logPath: paths.screen('ascii'),
    mirror,
    from: () => from,
    say(text) {
      writeHere(typeof text === 'string' ? text : text(own));
      mirror(text);
    },
    async key(seconds, onSecond, signal) {
      seen = sizeOf(paths.keys);
      from = null;
      return await waitForKey(seconds, onSecond, signal, () => {
        const [line, rest] = readBytes(paths.keys).subarray(seen).toString('utf8').split('\n', 2);
        if (line === undefined || rest === undefined) return null;
        const [name, key] = JSON.parse(line) as [string, string];
        from = name;
        return key;
      });
    },
    lastLines: () => (open === '' ? [...last] : [...last, open]),
    forgetLines() {
      last.length = 0;
      open = '';
    },
    wizardEverywhere() {
      writeFileSync(paths.wizard, '');
    },
  };
}

/**
 * Another console, `name`: shows what the master says, hands keys on, and does what is to be done here (`act`);
 * resolves when it is time for a wizard of its own.
 */
export async function followConsole(
  folder: string,
  name: string,
  act: (task: ConsoleTask) => Promise<unknown>,
  own: ConsoleCharacters = 'ascii',
): Promise<void> {
  const paths = pathsIn(folder);
  const screen = paths.screen(own);
  let at = Math.max(0, sizeOf(screen) - BACKLOG_BYTES);
  announceConsole(folder, name);
  let keys = handKeysOn(paths.keys, name);
  while (!isThere(paths.wizard)) {
    const size = sizeOf(screen);
    // The master has begun again.
    if (size < at) at = 0;
    if (size > at) {
      writeHere(readBytes(screen).subarray(at, size).toString('utf8'));
      at = size;
    }
    const task = taskFor(folder, name);
    if (task !== null) {
      await keys.end();
      await doTask(folder, name, task, act);
      keys = handKeysOn(paths.keys, name);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
  await keys.end();
}

function handKeysOn(path: string, name: string): { end(): Promise<void> } {
  const stop = new AbortController();
  const keys = (async () => {
    while (!stop.signal.aborted) {
      const key = await waitForKey(null, undefined, stop.signal);
      if (key !== null) appendFileSync(path, `${JSON.stringify([name, key])}\n`);
    }
  })();
  return {
    async end() {
      stop.abort();
      await keys;
    },
  };
}

/** One key of this terminal, or of `elsewhere`; null after the time, or when it is called off. */
export async function waitForKey(
  seconds: number | null,
  onSecond?: (left: number) => void,
  signal?: AbortSignal,
  elsewhere: () => string | null = () => null,
): Promise<string | null> {
  const { stdin } = process;
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const onData = (data: Buffer): void => resolve(data.toString('utf8').slice(0, 1).toLowerCase());
  const untilMs = seconds === null ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
  let told = -1;
  const tick = (): void => {
    const other = elsewhere();
    if (other !== null) return resolve(other.toLowerCase());
    const left = Math.ceil((untilMs - Date.now()) / 1000);
    if (left <= 0) return resolve(null);
    if (left !== told && seconds !== null) onSecond?.(left);
    told = left;
  };
  const onAbort = (): void => resolve(null);
  const timer = setInterval(tick, POLL_MS);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  tick();
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    signal?.removeEventListener('abort', onAbort);
    stdin.off('data', onData);
    stdin.pause();
    if (stdin.isTTY) stdin.setRawMode(false);
  }
}

function writeHere(text: string): void {
  // A countdown is written over itself; nothing else of what is said may steer.
  const clean = text
    .replaceAll('\r\n', '\n')
    .split('\r')
    .map((part, index) => forTerminal(index === 0 ? part : `\r${part}`))
    .join('');
  // In raw mode the terminal returns to the line's beginning only when told so.
  process.stdout.write(clean.replaceAll('\n', '\r\n'));
}

function pathsIn(folder: string): {
  readonly screen: (characters: ConsoleCharacters) => string;
  readonly keys: string;
  readonly wizard: string;
} {
  return {
    screen: (characters) => join(folder, characters === 'ascii' ? 'screen.log' : `screen-${characters}.log`),
    keys: join(folder, 'keys'),
    wizard: join(folder, 'wizard'),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
