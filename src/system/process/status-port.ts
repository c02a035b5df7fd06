/**
 * The port by which `host status` looks at this machine. Nothing of it waits longer than its limit, also where a dying
 * disk or a dead server never lets a process go: whoever does not answer is left behind.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { textOf, type Answer, type StatusPort } from '../../host/status/port.ts';
import { healthOf } from '../http/health.ts';
import { systemProbe } from './probe-port.ts';

const LIMIT_MS = 10_000;
/** Of a tool's output, more is not kept. */
const MOST_CHARACTERS = 4_000_000;
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * `root`: what stands before every path of a file, for tests with a tree of their own; an absolute path; `limitMs`: of
 * each look.
 */
export function statusPort(root = '', limitMs = LIMIT_MS): StatusPort {
  const probe = systemProbe();
  const at = (path: string): string => (root === '' ? path : join(root, path));
  const ask = async (argv: readonly string[], ownMs = limitMs): Promise<Answer> => await askTool(argv, ownMs);
  return {
    read: async (path) => await within(probe.read(at(path)), null),
    readHex: async (path) => await within(probe.readHex(at(path)), null),
    list: async (path) => await within(probe.list(at(path)), []),
    link: async (path) => (await within(probe.link(at(path)), null))?.slice(root.length) ?? null,
    run: async (argv) => textOf(await ask(argv)),
    ask,
    healthy: healthOf,
    pause: async (ms) => await pause(ms),
    now: () => Date.now(),
    isRoot: process.geteuid?.() === 0,
  };
}

async function within<Value>(work: Promise<Value>, otherwise: Value): Promise<Value> {
  const over = new AbortController();
  const late = pause(LIMIT_MS, otherwise, { signal: over.signal }).catch(() => otherwise);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

/** Asks a tool with LC_ALL=C and without input. It has a process group of its own, which ends at the limit. */
async function askTool(argv: readonly string[], limitMs: number): Promise<Answer> {
  const [file, ...args] = argv;
  if (file === undefined) return { kind: 'missing' };
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, LC_ALL: 'C', LANG: 'C', PATH: [process.env['PATH'] ?? '', ...MORE_FOLDERS].join(':') },
  });
  return await new Promise<Answer>((resolve) => {
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.setEncoding('utf8').on('data', (part: string) => {
        texts[stream] += part.slice(0, MOST_CHARACTERS - texts[stream].length);
      });
    const timer = setTimeout(() => {
      letGo(child);
      resolve({ kind: 'late' });
    }, limitMs);
    child.once('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'missing' });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      // Ended by a signal, it has not said what it should.
      resolve({ kind: 'said', exitCode: code ?? 128, text: texts.stdout, trouble: texts.stderr });
    });
  });
}

/** A process that waits for a dead disk does not end: it is not waited for. */
function letGo(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
