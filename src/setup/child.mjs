/** Child processes of the set-up step: with the terminal handed on, or with short progress and a log. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { logs } from './paths.mjs';

/**
 * Runs a command with this terminal and gives its exit code. Signals are handed on, except Ctrl-C in a terminal: the
 * whole foreground group has it already, and a second one would look like impatience. `signalAs`: what the command gets
 * for a signal.
 */
export async function handOver(command, args, options = {}, signalAs = (signal) => signal) {
  let child = null;
  const forward = (signal) => {
    if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child?.kill(signalAs(signal));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  // Before the child is there, so that no signal falls between the two.
  for (const signal of signals) process.on(signal, forward);
  child = spawn(command, args, { stdio: 'inherit', ...options });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/**
 * Runs a command with its output in a log; `progress` turns a line into a short one to show, or null. Gives the exit
 * code, the output as lines and the log's path.
 */
export async function runLogged(
  name,
  command,
  args,
  { env = process.env, cwd, progress = () => null, timeoutMs = 30 * 60_000 } = {},
) {
  mkdirSync(logs, { recursive: true });
  const path = join(logs, `${name}.log`);
  const log = createWriteStream(path);
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  const output = [];
  const show = progressLine();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      output.push(line);
      const short = progress(line);
      if (short !== null) show(short);
    });
  }
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output.push(error.message);
      resolve(127);
    });
    child.once('close', (exit) => resolve(exit ?? 1));
  });
  show(null);
  log.end();
  return { code, output, path };
}

/**
 * One line that is rewritten in a terminal; elsewhere a line every few seconds, so that a log shows life without being
 * flooded.
 */
function progressLine() {
  let last = 0;
  const isTerminal = process.stderr.isTTY === true;
  return (text) => {
    if (isTerminal) {
      process.stderr.write(
        text === null ? '\r\u001b[K' : `\r\u001b[K  ${text.slice(0, (process.stderr.columns ?? 80) - 4)}`,
      );
      return;
    }
    if (text === null || Date.now() - last < 5000) return;
    last = Date.now();
    process.stderr.write(`  ${text}\n`);
  };
}
