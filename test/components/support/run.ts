/** A run on a real screen model: Ink's own output goes into xterm, keys go in as bytes, events as the run would say them. */
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { translator } from '../../../src/i18n/t.ts';
import { startRunSession, type RunPorts, type RunSession, type RunStart } from '../../../src/ui/run-session.ts';
import type { RunOutcome } from '../../../src/ui/run-view.ts';
import { terminalOf } from '../../../src/ui/terminal.ts';
import { Run } from '../../ui/run-events.ts';
import { bytesOf } from './bytes.ts';
import { TERMINALS, type TerminalName } from './wizard.ts';

// The library of colours looks once, when it is loaded: wizard.ts has said what it is to see.
const { showRun } = await import('../../../src/ui/run-start.tsx');

export interface RunOptions extends Partial<RunStart> { readonly terminal?: TerminalName; readonly columns?: number; readonly rows?: number; readonly ports?: Partial<RunPorts>; /** Frames as fast as the test can read them; else those of the terminal. */ readonly framesOfTerminal?: boolean }
export interface RunOnScreen {
  readonly run: Run; readonly session: RunSession;
  rows(): string[]; text(): string;
  /** Bytes written so far. */
  written(): number;
  /** Rows that were pushed out at the top. */
  scrolled(): number;
  press(...keys: readonly string[]): void;
  resize(columns: number, rows: number): void;
  shows(wanted: string | RegExp): Promise<void>;
  lacks(unwanted: string | RegExp): Promise<void>;
  until(what: string, isTrue: () => boolean): Promise<void>;
  readonly end: Promise<RunOutcome>;
  close(): Promise<void>;
}

const PATIENCE_MS = 8_000;

export async function openRun(options: RunOptions = {}): Promise<RunOnScreen> {
  const { columns = 80, rows = 24, terminal: name = 'xterm', ports, framesOfTerminal, ...start } = options;
  const model = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const watchers = new Set<() => void>();
  let written = 0;
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  stdout.on('data', (data: Buffer) => {
    written += data.length;
    model.write(data, () => { for (const watcher of watchers) watcher(); });
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin, ref: () => stdin, unref: () => stdin });
  const known = terminalOf({ env: TERMINALS[name], inputIsTerminal: true, outputIsTerminal: true });
  const terminal = framesOfTerminal === true ? known : { ...known, framesPerSecond: 60 };
  const session = startRunSession({ can: {}, size: { columns, rows }, framesPerSecond: terminal.framesPerSecond, ...start }, { now: Date.now, ...ports });
  const end = showRun(session, terminal, translator('en'), { stdin: stdin as never, stdout: stdout as never });
  let hasEnded = false;
  void end.catch(() => undefined).finally(() => { hasEnded = true; });

  const lines = (): string[] => Array.from({ length: model.rows }, (_, index) => model.buffer.active.getLine(model.buffer.active.baseY + index)?.translateToString(true) ?? '');
  const until = async (what: string, isTrue: () => boolean): Promise<void> => {
    if (isTrue()) return;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (!isTrue()) return;
        stop();
        resolve();
      };
      const stopSession = session.subscribe(check);
      watchers.add(check);
      const limit = setTimeout(() => {
        stop();
        reject(new Error(`waited in vain for ${what}; the screen:\n${lines().join('\n')}`));
      }, PATIENCE_MS);
      const stop = (): void => { clearTimeout(limit); watchers.delete(check); stopSession(); };
    });
  };
  const has = (wanted: string | RegExp): boolean => (typeof wanted === 'string' ? lines().join('\n').includes(wanted) : wanted.test(lines().join('\n')));
  const screen: RunOnScreen = {
    run: new Run((event) => session.push(event)), session, end, rows: lines, text: () => lines().join('\n'), written: () => written, scrolled: () => model.buffer.active.baseY, until,
    press: (...keys) => { for (const key of keys) stdin.write(bytesOf(key)); },
    resize: (newColumns, newRows) => {
      model.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    shows: async (wanted) => await until(`${String(wanted)} to be shown`, () => has(wanted)),
    lacks: async (unwanted) => await until(`${String(unwanted)} to be gone`, () => !has(unwanted)),
    close: async () => {
      // Nobody listens to signals any more once it has ended.
      if (!hasEnded) process.emit('SIGHUP', 'SIGHUP');
      await end.catch(() => undefined);
      model.dispose();
    },
  };
  await until('the first frame', () => lines().some((line) => line.includes('Xenwright') || line.includes('terminal')));
  return screen;
}
