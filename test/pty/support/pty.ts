/**
 * The bundle in a real pseudo-terminal: keys in, the screen out, as a person sees it. Waits are for what the screen
 * shows.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import { bytesOf } from '../../components/support/bytes.ts';
import { screenModel } from '../../components/support/screen-model.ts';

const PATIENCE_MS = 20_000;
const ROOT = join(import.meta.dirname, '../../..');

/**
 * The bundle of the sources as they are now; built once for a test file. `entry`: another program than Xenwright
 * itself.
 */
export function freshBundle(entry = 'src/main.ts'): string {
  const folder = join(ROOT, 'test/artifacts/pty');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${parse(entry).name}-${process.pid}.mjs`);
  execFileSync(process.execPath, [
    '--input-type=module',
    '-e',
    `import { buildBundle } from ${JSON.stringify(join(ROOT, 'src/setup/bundle.mjs'))}; await buildBundle(${JSON.stringify(file)}, ${JSON.stringify(entry)});`,
  ]);
  return file;
}

/** The bundle and Node.js as one file, beside the bundle. */
export function freshExecutable(bundle: string): string {
  const file = bundle.replace(/\.mjs$/, '');
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { buildExecutable } from ${JSON.stringify(join(ROOT, 'src/setup/sea.mjs'))}; await buildExecutable(${JSON.stringify(file)}, ${JSON.stringify(bundle)});`,
    ],
    { stdio: 'ignore' },
  );
  return file;
}

/** A folder to work in, with settings of its own; gone when the test is over. */
export function pretendHome(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'xenwright-pty-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Pty {
  rows(): string[];
  text(): string;
  press(...keys: readonly string[]): void;
  shows(wanted: string | RegExp): Promise<void>;
  lacks(unwanted: string | RegExp): Promise<void>;
  until(what: string, isTrue: () => boolean): Promise<void>;
  /** Resolves when all that has come is on the screen. */
  settled(): Promise<void>;
  kill(signal: string): void;
  /** Takes the terminal away from under it. */
  hangUp(): void;
  resize(columns: number, rows: number): void;
  /** Everything that was written, control sequences too. */
  raw(): string;
  /** Time of the processor so far. */
  cpuMs(): number;
  readonly pid: number;
  /** Memory it holds now. */
  memoryMiB(): number;
  readonly exit: Promise<{ readonly code: number; readonly signal: number | undefined }>;
}

/**
 * A terminal behind a slow line (PTY_IN_PIECES=1): what is written comes a few bytes at a time. It shows at once which
 * test reads, or answers, a frame that is half there; on a busy machine that happens once in a hundred runs.
 */
function inPieces(deliver: (piece: string) => void): (data: string) => void {
  const pieces: string[] = [];
  const next = (): void => {
    deliver(pieces.shift() ?? '');
    if (pieces.length > 0) setTimeout(next, Math.random() < 0.1 ? 15 : 0);
  };
  return (data) => {
    if (pieces.length === 0) setTimeout(next, 0);
    for (let at = 0; at < data.length; at += 120) pieces.push(data.slice(at, at + 120));
  };
}

/** Starts `xenwright ARGS` in a terminal of 80×24; `program` is the bundle, or the single executable. */
export function startPty(
  program: string,
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Pty {
  const model = screenModel({ columns: 80, rows: 24, patienceMs: PATIENCE_MS });
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    CI: '1',
  };
  const [file = '', ...words] = program.endsWith('.mjs') ? [process.execPath, program, ...args] : [program, ...args];
  const pty: IPty = spawn(file, words, { cols: 80, rows: 24, cwd: folder, env: { ...base, ...env } });
  let raw = '';
  const deliver = (data: string): void => {
    raw += data;
    model.write(data);
  };
  pty.onData(process.env['PTY_IN_PIECES'] === '1' ? inPieces(deliver) : deliver);
  const exit = new Promise<{ code: number; signal: number | undefined }>((resolve) => {
    pty.onExit(({ exitCode, signal }) => resolve({ code: exitCode, signal }));
  });
  return {
    rows: model.rows,
    text: model.text,
    shows: model.shows,
    lacks: model.lacks,
    until: model.until,
    settled: model.settled,
    exit,
    raw: () => raw,
    cpuMs: () =>
      readFileSync(`/proc/${pty.pid}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ')
        .slice(11, 13)
        .reduce((sum, ticks) => sum + Number(ticks) * 10, 0) ?? 0,
    pid: pty.pid,
    memoryMiB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pty.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    press: (...keys) => {
      for (const key of keys) pty.write(bytesOf(key));
    },
    kill: (signal) => pty.kill(signal),
    // Closing our side of the terminal is what a lost connection does to it.
    hangUp: () => {
      (pty as unknown as { destroy(): void }).destroy();
    },
    resize: (columns, newRows) => {
      model.resize(columns, newRows);
      pty.resize(columns, newRows);
    },
  };
}

/** Stops the run that is watched, as a person who means it. */
export async function stopRun(screen: Pty): Promise<void> {
  screen.press('ctrl-c');
  await screen.shows('Leave this screen?');
  screen.press('down', 'down', 'enter');
  await screen.shows('Stopped before it was finished');
}
