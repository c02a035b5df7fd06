/**
 * A terminal that exists only as a model: what is written becomes rows of text, and waits are for what they show, never
 * for time.
 */
import { PassThrough } from 'node:stream';
import xterm, { type IBuffer } from '@xterm/headless';
import { bytesOf } from './bytes.ts';

export interface ScreenModel {
  rows(): string[];
  text(): string;
  /** Every cell with its colours and attributes. */
  buffer(): IBuffer;
  /** Bytes written so far. */
  written(): number;
  /** Rows that were pushed out at the top: a frame that is too long scrolls the screen. */
  scrolled(): number;
  write(data: Buffer | string): void;
  /** Resolves when all that has been written is on the screen. */
  settled(): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Resolves when the screen shows the text (or what fits the pattern); fails with the screen after a while. */
  shows(wanted: string | RegExp): Promise<void>;
  lacks(unwanted: string | RegExp): Promise<void>;
  until(what: string, isTrue: () => boolean): Promise<void>;
  dispose(): void;
}
interface ModelOptions {
  readonly columns: number;
  readonly rows: number;
  readonly patienceMs: number;
  readonly convertEol?: boolean;
  /** More that may make a wait come true, beside what is written. */
  subscribe?(listener: () => void): () => void;
}

export function screenModel({
  columns,
  rows: height,
  patienceMs,
  convertEol = false,
  subscribe = () => () => undefined,
}: ModelOptions): ScreenModel {
  const terminal = new xterm.Terminal({ cols: columns, rows: height, allowProposedApi: true, convertEol });
  const watchers = new Set<() => void>();
  let written = 0;
  const rows = (): string[] =>
    Array.from(
      { length: terminal.rows },
      (_, index) => terminal.buffer.active.getLine(terminal.buffer.active.baseY + index)?.translateToString(true) ?? '',
    );
  const text = (): string => rows().join('\n');
  const has = (wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text());
  const until = async (what: string, isTrue: () => boolean): Promise<void> => {
    if (isTrue()) return;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        stop();
        resolve();
      };
      const unsubscribe = subscribe(check);
      watchers.add(check);
      const limit = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain for ${what}; the screen:\n${text()}`));
      }, patienceMs);
      const stop = (): void => {
        clearTimeout(limit);
        watchers.delete(check);
        unsubscribe();
      };
    });
  };
  return {
    rows,
    text,
    until,
    buffer: () => terminal.buffer.active,
    written: () => written,
    scrolled: () => terminal.buffer.active.baseY,
    write(data) {
      written += data.length;
      terminal.write(data, () => {
        for (const watcher of watchers) watcher();
      });
    },
    settled: async () =>
      await new Promise((resolve) => {
        terminal.write('', resolve);
      }),
    resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
    shows: async (wanted) => await until(`${String(wanted)} to be shown`, () => has(wanted)),
    lacks: async (unwanted) => await until(`${String(unwanted)} to be gone`, () => !has(unwanted)),
    dispose: () => terminal.dispose(),
  };
}

export interface ModelStreams {
  readonly streams: { readonly stdin: never; readonly stdout: never };
  press(...keys: readonly string[]): void;
  type(bytes: string): void;
  resize(columns: number, rows: number): void;
}

/** What Ink takes for a terminal, with the model behind it. */
export function modelStreams(columns: number, rows: number, model: ScreenModel): ModelStreams {
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  stdout.on('data', (data: Buffer) => model.write(data));
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  return {
    streams: { stdin: stdin as never, stdout: stdout as never },
    press: (...keys) => {
      for (const key of keys) stdin.write(bytesOf(key));
    },
    type: (bytes) => {
      stdin.write(bytes);
    },
    resize(newColumns, newRows) {
      model.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
  };
}
