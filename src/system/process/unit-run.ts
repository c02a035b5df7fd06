/**
 * A shell program in a transient unit of systemd: it goes on when this process or its connection ends. What it prints
 * is in a log, which is followed meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT, failure } from '../../errors.ts';
import { cleanLine } from '../../clean-text.ts';
import { followLog, lastLines, openLog } from '../files/last-lines.ts';
import { localFiles } from '../files/files.ts';
import { exec } from './exec.ts';

const LAST_LINES = 15;
const LAST_WORDS_MS = 1_200;
/** Of packages: as long as they take; this only ends what hangs. */
const LIMIT_MS = 6 * 60 * 60_000;

export interface UnitRun {
  /** Without `.service`. */
  readonly unit: string;
  readonly program: string;
  /** Its arguments; seen by everybody who lists processes. */
  readonly words: readonly string[];
  /** Written anew. */
  readonly log: string;
  onLine(line: string): void;
}

/** Throws `unit-runs` (exit 4) where it runs already, and `unit-failed` (5) with its last lines. */
export async function runInUnit({ unit, program, words, log, onLine }: UnitRun): Promise<void> {
  const state = await exec(['systemctl', 'is-active', `${unit}.service`], { quiet: true, okCodes: [0, 1, 3, 4] });
  if (/^(active|activating|deactivating)$/.test(state.stdout.trim()))
    throw failure('unit-runs', EXIT.refused, { unit, log });
  await localFiles.writeText(log, '', { mode: '0640' });
  const ended = new AbortController();
  const follow = (async () => {
    for await (const part of followLog(log, 0, ended.signal))
      for (const line of part.split('\n')) if (line.trim() !== '') onLine(cleanLine(line));
  })();
  try {
    await exec(
      [
        ...['systemd-run', '--quiet', '--wait', '--collect', `--unit=${unit}`],
        ...[`--property=StandardOutput=append:${log}`, `--property=StandardError=append:${log}`],
        ...['--', 'sh', '-c', program, unit, ...words],
      ],
      { quiet: true, timeoutMs: LIMIT_MS },
    );
  } catch (error) {
    throw failure('unit-failed', EXIT.action, { unit, log }, { cause: error, lastLines: await tail(log) });
  } finally {
    // Its last words are read before nobody listens any more.
    await pause(LAST_WORDS_MS);
    ended.abort();
    await follow;
  }
}

async function tail(log: string): Promise<string[]> {
  const file = await openLog(log);
  if (file === null || file === 'unfit') return [];
  try {
    return (await lastLines(file, LAST_LINES)).text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => cleanLine(line));
  } finally {
    await file.close();
  }
}
