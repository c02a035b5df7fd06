/**
 * What `check` costs over bare Node. Both are started in turn, many times: what else the machine does hits both alike.
 * Processor time is the steadier figure, the wall clock the one that people feel: the best round is the one least
 * disturbed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUNDLE } from '../lab/support/cli.ts';

const ROUNDS = 15;
const LIMIT_MS = 200;
/** Bare Node is the measure of the machine: this many times its processor time, on a fast one as on a slow one. */
const LIMIT_RATIO = 8;
const PROFILE = join(import.meta.dirname, '../profiles/minimal.yaml');

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'bare Node': ['-e', '0'],
  '--help': [BUNDLE, '--help'],
  check: [BUNDLE, 'check', PROFILE],
};

/** Processor time of ended children of this process, from /proc/self/stat in ticks of 10 ms: right on average only. */
function childrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

it('check starts within 0.2 s over bare Node', () => {
  const figures = new Map(Object.keys(COMMANDS).map((name) => [name, { cpuMs: 0, wallMs: Infinity }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const [cpu, wall] = [childrenMs(), performance.now()];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const figure = figures.get(name) ?? { cpuMs: 0, wallMs: 0 };
      figure.wallMs = Math.min(figure.wallMs, performance.now() - wall);
      figure.cpuMs += (childrenMs() - cpu) / ROUNDS;
      expect(status, stderr).toBe(0);
    }
  }
  const bare = figures.get('bare Node') ?? { cpuMs: 0, wallMs: 0 };
  const check = figures.get('check') ?? { cpuMs: Infinity, wallMs: Infinity };
  for (const [name, { cpuMs, wallMs }] of figures)
    process.stdout.write(
      `start-up: ${name}: ${cpuMs.toFixed(0)} ms of processor time (${(cpuMs / bare.cpuMs).toFixed(1)} times bare Node), ${wallMs.toFixed(0)} ms at best\n`,
    );
  expect(check.wallMs - bare.wallMs).toBeLessThan(LIMIT_MS);
  expect(check.cpuMs / bare.cpuMs).toBeLessThan(LIMIT_RATIO);
});
