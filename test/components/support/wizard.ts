/** A wizard on a real screen model: Ink's own output goes into xterm, keys go in as bytes. Waits are for what the screen shows, never for time. */
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import type { Facts } from '../../../src/facts/facts.ts';
import { translator } from '../../../src/i18n/t.ts';
import { terminalOf } from '../../../src/ui/terminal.ts';
import type { Draft } from '../../../src/ui/wizard/draft.ts';
import { startSession, type Session } from '../../../src/ui/wizard/session.ts';
import type { SavedDraft } from '../../../src/ui/wizard/state.ts';
import { machineFacts } from '../../plan/host.ts';
import { bytesOf } from './bytes.ts';
import { pretendPorts, type Pretend } from './ports.ts';

// The library of colours looks once, when it is loaded.
process.env['FORCE_COLOR'] = '1';
const { showSession } = await import('../../../src/ui/start.tsx');

/** The three kinds of terminal that every screen must work on. */
export const TERMINALS = {
  xterm: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' },
  linux: { TERM: 'linux', LANG: 'en_US.UTF-8' },
  vt220: { TERM: 'vt220', LANG: 'C' },
} as const;
export type TerminalName = keyof typeof TERMINALS;

export interface OpenOptions { readonly terminal?: TerminalName; readonly facts?: Facts; readonly ports?: Pretend; readonly loaded?: Draft; readonly savedDraft?: SavedDraft; readonly columns?: number; readonly rows?: number }

export interface WizardScreen {
  readonly session: Session; readonly ports: Pretend;
  /** Bytes written so far. */
  written(): number;
  rows(): string[];
  /** Rows that were pushed out at the top: a frame that is too long scrolls the screen. */
  scrolled(): number;
  text(): string;
  /** Sends keys, one after the other. */
  press(...keys: readonly string[]): void;
  paste(text: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves when the screen shows the text (or what fits the pattern); fails with the screen after a while. */
  shows(wanted: string | RegExp): Promise<void>;
  lacks(unwanted: string | RegExp): Promise<void>;
  until(what: string, isTrue: () => boolean): Promise<void>;
  /** How the wizard ended. */
  readonly end: Promise<'install' | 'left'>;
  close(): Promise<void>;
}

const PATIENCE_MS = 8_000;

export async function openWizard(options: OpenOptions = {}): Promise<WizardScreen> {
  const { columns = 80, rows = 24 } = options;
  const model = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const watchers = new Set<() => void>();
  let written = 0;
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  stdout.on('data', (data: Buffer) => {
    written += data.length;
    model.write(data, () => { for (const watcher of watchers) watcher(); });
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin, ref: () => stdin, unref: () => stdin });
  const ports = options.ports ?? pretendPorts(options.facts ?? machineFacts('sata-ssd-and-hdd'));
  const session = startSession({ size: { columns, rows }, loaded: options.loaded, saved: options.savedDraft ?? null }, ports);
  const terminal = terminalOf({ env: TERMINALS[options.terminal ?? 'xterm'], inputIsTerminal: true, outputIsTerminal: true });
  const end = showSession(session, { ...terminal, framesPerSecond: 60 }, translator('en'), { stdin: stdin as never, stdout: stdout as never });
  void end.catch(() => undefined);

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
  const wizard: WizardScreen = {
    session, ports, end, rows: lines, scrolled: () => model.buffer.active.baseY, text: () => lines().join('\n'), written: () => written, until,
    press: (...keys) => { for (const key of keys) stdin.write(bytesOf(key)); },
    paste: (text) => { stdin.write(`\u001b[200~${text}\u001b[201~`); },
    resize: (newColumns, newRows) => {
      model.resize(newColumns, newRows);
      Object.assign(stdout, { columns: newColumns, rows: newRows });
      stdout.emit('resize');
    },
    shows: async (wanted) => await until(`${String(wanted)} to be shown`, () => has(wanted)),
    lacks: async (unwanted) => await until(`${String(unwanted)} to be gone`, () => !has(unwanted)),
    close: async () => {
      process.emit('SIGHUP', 'SIGHUP');
      await end.catch(() => undefined);
      model.dispose();
    },
  };
  await until('the first frame', () => lines().some((line) => line.includes('Xenwright') || line.includes('terminal')));
  return wizard;
}
