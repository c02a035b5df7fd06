/**
 * A Dom0 and four DomUs, beside what people did before: mmdebstrap for the Dom0, then debootstrap for each DomU. Same
 * packages, same packages fetched beforehand, natively, trees only: no partitions, no boot loader on either side.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { mmdebstrapArguments } from '../../src/actions/base-common.ts';
import { COMMON_PACKAGES } from '../../src/actions/base-packages.ts';
import type { BaseSpec } from '../../src/plan/action.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { exec } from '../../src/system/process/exec.ts';
import { buildBases, ground, labPlan, type Ground } from '../lab/bases.ts';
import { DOMUS, hostOf, writeDomains } from './domains.ts';

const MOST = 0.25;
const MINUTES = 60_000;
const warm = ground();
const here = ground({ store: join(warm.folder, 'store') });
afterAll(async () => {
  await here.clear();
  await warm.clear();
});

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function specOf(plan: Plan, role: BaseSpec['role']): BaseSpec {
  const found = plan.actions.find((action) => action.kind === 'base.build' && action.params.base.role === role);
  if (found?.kind !== 'base.build') throw new Error(`the plan builds no ${role}`);
  return found.params.base;
}

/**
 * Processor time of all commands that have ended so far, fields 16 and 17 of proc_pid_stat(5): tells a slow way from a
 * busy machine.
 */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The usual way: one tree after the other, each from nothing. */
async function usualWay(plan: Plan, archives: string): Promise<number[]> {
  const dom0 = specOf(plan, 'dom0');
  const domu = specOf(plan, 'domu');
  const mirror = domu.sources.find((source) => source.uri !== '')?.uri;
  if (mirror === undefined) throw new Error('this machine has no package source to measure with');
  const times = [
    await seconds(() =>
      exec(
        mmdebstrapArguments(dom0, join(here.folder, 'usual-dom0'), archives).map((word) =>
          word === '--format=tar' ? '--format=directory' : word,
        ),
        { quiet: true, timeoutMs: 30 * MINUTES },
      ),
    ),
  ];
  for (const name of DOMUS) {
    const argv = [
      'debootstrap',
      '--variant=minbase',
      `--cache-dir=${archives}`,
      `--include=${[...new Set([...COMMON_PACKAGES, ...domu.packages])].join(',')}`,
      domu.release,
      join(here.folder, `usual-${name}`),
      mirror,
    ];
    times.push(await seconds(() => exec(argv, { quiet: true, timeoutMs: 30 * MINUTES })));
  }
  return times;
}

/** Ours: bases side by side, then each domain written, configured and made itself by the engine. */
async function ourWay(plan: Plan, on: Ground): Promise<{ bases: number; domains: number }> {
  const bases = await seconds(() => buildBases(plan, ['common', 'dom0', 'domu'], on));
  const domains = await seconds(() => writeDomains(plan, on));
  return { bases, domains };
}

test.skipIf(!existsSync('/usr/sbin/debootstrap'))(
  `a Dom0 and four DomUs take at most ${MOST} of the usual way's time (needs debootstrap)`,
  async () => {
    const plan = await labPlan([], hostOf(DOMUS));
    // Everything that either side fetches is there before a clock starts.
    await buildBases(plan, ['common', 'dom0', 'domu'], warm);
    const archives = join(here.folder, 'archives');
    for (const folder of [archives, here.store, join(here.store, 'packages')]) mkdirSync(folder, { recursive: true });
    for (const folder of [archives, join(here.store, 'packages')])
      execFileSync('find', [join(warm.store, 'packages'), '-name', '*.deb', '-exec', 'cp', '-t', folder, '{}', '+']);

    const cpu = [cpuSeconds()];
    const ours = await ourWay(plan, here);
    cpu.push(cpuSeconds());
    const usual = await usualWay(plan, archives);
    cpu.push(cpuSeconds());
    const [oursTotal, usualTotal] = [ours.bases + ours.domains, usual.reduce((sum, time) => sum + time, 0)];
    const counts = ['dom0', 'web1'].map((domain) => {
      const written = plan.actions.find((action) => action.kind === 'base.write' && action.domain === domain);
      const manifest = JSON.parse(
        readFileSync(
          join(here.store, written?.kind === 'base.write' ? written.params.hash : '', 'manifest.json'),
          'utf8',
        ),
      ) as { packages: object; usedBytes: number };
      return `${domain}: ${Object.keys(manifest.packages).length} packages, ${Math.round(manifest.usedBytes / 2 ** 20)} MiB`;
    });
    const line = (times: readonly number[]): string => times.map((time) => time.toFixed(1)).join(' + ');
    process.stdout.write(
      `install: ${counts.join('; ')}\ninstall: usual way ${line(usual)} = ${usualTotal.toFixed(1)} s; ours ${ours.bases.toFixed(1)} (bases) + ${ours.domains.toFixed(1)} (domains) = ${oursTotal.toFixed(1)} s; ratio ${(oursTotal / usualTotal).toFixed(3)} (at most ${MOST}); processor time ${cpu
        .slice(1)
        .map((time, index) => (time - (cpu[index] ?? 0)).toFixed(0))
        .join(' s against ')} s\n`,
    );
    expect(oursTotal / usualTotal).toBeLessThanOrEqual(MOST);
  },
);
