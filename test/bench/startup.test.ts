/**
 * What starting costs, in times of bare Node. They are started in turn, many times: what else the machine does hits all
 * alike. Processor time is the steadier figure, the wall clock the one that people feel: the best round is the one
 * least disturbed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUNDLE } from '../lab/support/cli.ts';

const ROUNDS = 15;
/**
 * Bare Node is the measure of the machine, on a fast one as on a slow one: processor time of the help, which needs
 * hardly anything, and the clock of a check, which people wait for.
 */
const MOST_TIMES = { help: 2, check: 3.5 } as const;
const PROFILE = join(import.meta.dirname, '../profiles/minimal.yaml');

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'bare Node': ['-e', '0'],
  help: [BUNDLE, '--help'],
  check: [BUNDLE, 'check', PROFILE],
};
/** As `npm start` has it: what was compiled is kept. */
const env = { ...process.env, NODE_COMPILE_CACHE: mkdtempSync(join(tmpdir(), 'xw-compiled-')) };

/** Processor time of ended children of this process, from /proc/self/stat in ticks of 10 ms: right on average only. */
function childrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

it('the help and a check start in a few times what bare Node takes', () => {
  for (const args of Object.values(COMMANDS)) spawnSync(process.execPath, args, { env });
  const figures = new Map(Object.keys(COMMANDS).map((name) => [name, { cpuMs: 0, wallMs: Infinity }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const [cpu, wall] = [childrenMs(), performance.now()];
      const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
      const figure = figures.get(name) ?? { cpuMs: 0, wallMs: 0 };
      figure.wallMs = Math.min(figure.wallMs, performance.now() - wall);
      figure.cpuMs += (childrenMs() - cpu) / ROUNDS;
      expect(status, stderr).toBe(0);
    }
  }
  const times = (name: string, figure: 'cpuMs' | 'wallMs'): number =>
    (figures.get(name)?.[figure] ?? Infinity) / (figures.get('bare Node')?.[figure] ?? 0);
  for (const [name, { cpuMs, wallMs }] of figures)
    process.stdout.write(
      `start-up: ${name}: ${cpuMs.toFixed(0)} ms of processor time (${times(name, 'cpuMs').toFixed(1)} times bare Node), ${wallMs.toFixed(0)} ms at best (${times(name, 'wallMs').toFixed(1)})\n`,
    );
  expect(times('help', 'cpuMs')).toBeLessThan(MOST_TIMES.help);
  expect(times('check', 'wallMs')).toBeLessThan(MOST_TIMES.check);
});
