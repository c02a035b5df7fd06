/** Runs the built command line as a user would, and reads what it leaves. */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../../../src/engine/events.ts';

const ROOT = join(import.meta.dirname, '../../..');
export const BUNDLE = join(ROOT, 'dist/xenwright.mjs');

/** The folders of this test file, for those who tidy up behind it. */
export const labFolders: string[] = [];

/** A fresh folder for one lab test; transcripts stay in it after the run, images only when something failed. */
export function labFolder(name: string): string {
  const folder = join(ROOT, 'test/artifacts/lab', name);
  labFolders.push(folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}
export interface CliRun {
  readonly done: Promise<CliResult>;
  readonly pid: number;
  /** SIGKILL, as a power cut would. */
  kill(): void;
  /** SIGINT, as Ctrl-C does. */
  interrupt(): void;
  onOut(listener: (text: string) => void): void;
}

/** Starts `xenwright ARGS`; its output also goes to `cli.log` in the folder. */
export function start(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliRun {
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...environment },
  });
  let out = '';
  let err = '';
  const listeners: ((text: string) => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    appendFileSync(join(folder, 'cli.log'), text);
    for (const listener of listeners) listener(out);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    appendFileSync(join(folder, 'cli.log'), text);
  });
  const done = new Promise<CliResult>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return {
    done,
    pid: child.pid ?? 0,
    kill: () => {
      child.kill('SIGKILL');
    },
    interrupt: () => {
      child.kill('SIGINT');
    },
    onOut: (listener) => {
      listeners.push(listener);
    },
  };
}

/** Runs `xenwright ARGS` to its end. */
export async function cli(folder: string, ...args: readonly string[]): Promise<CliResult> {
  return await start(folder, args).done;
}

/** All events of the runs into an image. */
export function eventsOf(image: string): RunEvent[] {
  return readFileSync(`${image}.xenwright/events.ndjson`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent);
}
