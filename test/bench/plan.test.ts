/**
 * How long planning takes as DomUs are added. Processor time, the best of several rounds: other work on the machine
 * does not count.
 */
import { expect, it } from 'vitest';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { loadProfile } from '../../src/profile/load.ts';

const COUNTS = [250, 500, 1000];
const ROUNDS = 5;
/** A further DomU may cost this much more among a thousand than among 250. */
const SLACK = 2;

function profileWith(domus: number): EffectiveProfile {
  const list = Array.from(
    { length: domus },
    (_, index) => `  - { name: guest${index}, disks: { data: [{ name: srv, size: 1G, mount: /srv }] } }`,
  );
  const { profile, findings } = loadProfile(
    ['version: 1', 'host: { hostname: xen1, storage: { disks: [{ largest: true }] } }', 'domus:', ...list].join('\n'),
    'bench.yaml',
  );
  if (profile === null) throw new Error(JSON.stringify(findings));
  return profile;
}

function bestMs(work: () => void): number {
  return Math.min(
    ...Array.from({ length: ROUNDS }, () => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    }),
  );
}

it('plans a host with 1,000 DomUs in under a second, and in linear time', () => {
  const facts = imageMachine({
    disks: [{ sizeMiB: 16_000_000 }],
    memoryMiB: 1_048_576,
    seed: '00ff',
    aptSources: { mirrors: [] },
  });
  const profiles = COUNTS.map(profileWith);
  // A first round for the compiler.
  buildPlan(profiles[0] as EffectiveProfile, facts);
  const figures = profiles.map((profile, index) => {
    const ms = bestMs(() => buildPlan(profile, facts));
    return {
      domus: COUNTS[index] ?? 0,
      actions: buildPlan(profile, facts).actions.length,
      ms,
      msPerDomu: ms / (COUNTS[index] ?? 1),
    };
  });
  for (const { domus, actions, ms, msPerDomu } of figures)
    process.stdout.write(
      `plan: ${domus} DomUs, ${actions} actions: ${ms.toFixed(0)} ms, ${msPerDomu.toFixed(3)} ms a DomU\n`,
    );
  const ratio = (figures.at(-1)?.msPerDomu ?? 0) / (figures[0]?.msPerDomu ?? 1);
  process.stdout.write(`plan: a DomU among 1,000 costs ${ratio.toFixed(2)} times one among 250\n`);
  expect(figures.at(-1)?.ms).toBeLessThan(1000);
  expect(ratio).toBeLessThan(SLACK);
});
