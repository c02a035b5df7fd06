/** Runs a command: standard input closed, LC_ALL=C, a time limit, every line handed on. The only user of execa. */
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { execa } from 'execa';
import { diskFull, EXIT, failure, type ErrorId, type XenwrightError } from '../../errors.ts';
import type { Values } from '../../i18n/said.ts';
import type { ExecOptions, ExecResult } from '../../actions/kind.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { packageOf } from './tool-packages.ts';

export interface ExecListener {
  readonly signal?: AbortSignal;
  onLine?(stream: 'stdout' | 'stderr', line: string): void;
  onCommand?(text: string): void;
  /** Removes secrets from anything that is shown. */
  redact?(text: string): string;
}

/** For commands that name no limit of their own. */
export const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const LAST_LINES = 40;
/** Of the C library, of apt, and of e2fsprogs. */
const DISK_FULL = /No space left on device|Disk quota exceeded|not have enough free space|not enough free space/i;
/** Between SIGTERM and SIGKILL, and between a command's end and letting go of output that its leftovers hold open. */
const GRACE_MS = 5_000;
/** In the appliance nothing can outlive the agent: its machine ends with it. */
let canOutlive = true;
const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => isExecutable(path)) ?? null;

/**
 * Arguments of setpriv(1) for a command that the kernel ends when its parent is killed: a resumed run must not meet it
 * still at work. A parent that was gone before the kernel was told is noticed too: the command is then not begun.
 */
export function endingWith(parent: number, argv: readonly string[], signal: 'TERM' | 'KILL' = 'TERM'): string[] {
  return [
    '--pdeathsig',
    signal,
    '--',
    'sh',
    '-c',
    '[ "$PPID" = "$0" ] || exit 143; exec "$@"',
    String(parent),
    ...argv,
  ];
}

/** Commands are started as they are from now on: the machine ends with this process, and every process counts there. */
export function endsWithThisProcess(): void {
  canOutlive = false;
}

/**
 * Runs `argv` and returns its output. Throws XenwrightError: `command-failed`, `command-timeout`, `command-not-found`
 * or `disk-full` (all exit 5), or `interrupted` (130). Whatever the command started in its process group ends with it.
 */
export async function exec(
  argv: readonly string[],
  options: ExecOptions = {},
  listener: ExecListener = {},
): Promise<ExecResult> {
  const [file] = argv;
  if (file === undefined) throw new Error('exec: empty command');
  const redact = listener.redact ?? ((text: string) => text);
  const command: Command = { file, line: redact(commandLine(argv)), lastLines: [], redact };
  if (listener.signal?.aborted === true)
    throw commandFailure('interrupted.notStarted', EXIT.interrupted, command, { file });
  const env = file === 'chroot' ? environmentInside(options.env) : environment(options.env);
  if (!isFound(file, env.PATH))
    throw commandFailure('command-not-found', EXIT.action, command, { file, install: packageOf(file) });
  listener.onCommand?.(command.line);

  const child = start(argv, options, env);
  const follow = async (stream: 'stdout' | 'stderr'): Promise<void> => {
    for await (const raw of child.iterable({ from: stream })) {
      // Progress that redraws itself with carriage returns: what would be left on the line.
      const text = String(raw);
      const line = redact(text.trimEnd().split('\r').at(-1) ?? text);
      command.lastLines.push(line);
      if (command.lastLines.length > LAST_LINES) command.lastLines.shift();
      if (options.quiet !== true) listener.onLine?.(stream, line);
    }
  };
  const following = Promise.allSettled([follow('stdout'), follow('stderr')]);
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const guard = guardGroup(child.nodeChildProcess, timeoutMs, listener.signal);
  const result = await child;
  await following;
  const stopped = guard.end();
  if (stopped !== null) throw stoppedFailure(command, stopped, timeoutMs);
  const fault = failureOf(command, result, options.okCodes);
  if (fault !== null) throw fault;
  return { exitCode: result.exitCode ?? 0, stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') };
}

/** A command as its errors name it. */
interface Command {
  readonly file: string;
  /** The whole command line, without secrets. */
  readonly line: string;
  readonly lastLines: string[];
  redact(text: string): string;
}

/** The words of an error are its values, and those may have secrets in them. */
function commandFailure(
  id: ErrorId,
  exit: number,
  { line, lastLines, redact }: Command,
  values: Values,
): XenwrightError {
  const clean = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? redact(value) : value,
  ]);
  return failure(id, exit, Object.fromEntries(clean) as Values, { command: line, lastLines: [...lastLines] });
}

function stoppedFailure(command: Command, reason: 'aborted' | 'timeout', timeoutMs: number): XenwrightError {
  const { file } = command;
  if (reason === 'aborted') return commandFailure('interrupted.command', EXIT.interrupted, command, { file });
  return commandFailure('command-timeout', EXIT.action, command, { file, seconds: Math.round(timeoutMs / 1000) });
}

/** Null where the command did what it should. */
function failureOf(
  command: Command,
  { exitCode, signal, originalMessage }: Ended,
  okCodes: readonly number[] = [0],
): XenwrightError | null {
  const { file, line, lastLines } = command;
  if (exitCode === undefined && signal === undefined)
    return commandFailure('command-failed.start', EXIT.action, command, {
      file,
      reason: originalMessage ?? { key: 'errors.command-failed.noReason' },
    });
  if (okCodes.includes(exitCode ?? -1)) return null;
  if (lastLines.some((text) => DISK_FULL.test(text)))
    return diskFull({ key: 'errors.disk-full.what', values: { file } }, { command: line, lastLines: [...lastLines] });
  const last = lastLines.at(-1);
  const values = { file, exit: exitCode ?? 0, signal: signal ?? '', line: last ?? '' };
  const how = exitCode === undefined ? 'signal' : 'exit';
  return commandFailure(`command-failed.${how}${last === undefined ? '' : 'With'}`, EXIT.action, command, values);
}

/** How a command ended, of what execa tells; neither code nor signal: it was not started. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}

function start(argv: readonly string[], { input, cwd, outlives }: ExecOptions, env: Readonly<Record<string, string>>) {
  const words =
    SETPRIV === null || !canOutlive || outlives === true ? argv : [SETPRIV, ...endingWith(process.pid, argv)];
  return execa(words[0] as string, words.slice(1), {
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    ...(cwd === undefined ? {} : { cwd }),
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 256 * 1024 * 1024,
    // A process group of its own, so that a signal reaches all of it (and Ctrl-C at the terminal only us).
    detached: true,
    cleanup: false,
  });
}

/**
 * Ends the child's whole process group at the time limit or on abort: SIGTERM, then SIGKILL. `end` says which it was,
 * if any.
 */
function guardGroup(
  child: ChildProcess,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): { end(): 'aborted' | 'timeout' | null } {
  let stopped: 'aborted' | 'timeout' | null = null;
  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number, act: () => void): void => {
    timers.push(setTimeout(act, ms));
  };
  const kill = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  const letGo = (): void => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const stop = (reason: 'aborted' | 'timeout'): void => {
    if (stopped !== null) return;
    stopped = reason;
    kill('SIGTERM');
    later(GRACE_MS, () => {
      kill('SIGKILL');
      later(1_000, letGo);
    });
  };
  const onAbort = (): void => stop('aborted');
  signal?.addEventListener('abort', onAbort, { once: true });
  later(Math.min(timeoutMs, 2 ** 31 - 1), () => stop('timeout'));
  // A daemon that a package script started keeps the pipe open after the command itself has ended.
  child.once('exit', () =>
    later(GRACE_MS, () => {
      kill('SIGKILL');
      letGo();
    }),
  );
  return {
    end() {
      signal?.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      if (stopped !== null) kill('SIGKILL');
      return stopped;
    },
  };
}

function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && name !== 'LANGUAGE',
  ) as [string, string][];
  const env: Record<string, string> = {
    ...Object.fromEntries(inherited),
    LC_ALL: 'C',
    LANG: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
    ...extra,
  };
  // Tools of administrators are not in the path of every user.
  env.PATH = [...new Set([...(env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])]
    .filter((folder) => folder !== '')
    .join(':');
  return env;
}

/** What another system's root has no use for, or lacks: this session's folders (TMPDIR), its agents, its preferences. */
function environmentInside(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(environment()).filter(([name]) => INSIDE.test(name));
  return { ...Object.fromEntries(kept), HOME: '/root', ...extra };
}

const INSIDE = /^(PATH|TERM|LANG|LC_ALL|DEBIAN_FRONTEND|(http|https|ftp|no|all)_proxy)$/i;

/** Is this tool here? With a path: is this file here? */
export function findTool(tool: string): boolean {
  return tool.startsWith('/') ? existsSync(tool) : isFound(tool, environment().PATH);
}

function isFound(file: string, path = ''): boolean {
  if (file.includes('/')) return !file.startsWith('/') || isExecutable(file);
  return path.split(':').some((folder) => isExecutable(`${folder}/${file}`));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
