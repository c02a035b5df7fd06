/**
 * Two power cuts in the middle of a real install (virtual machines): once the appliance alone, while roots are written;
 * once the engine with it, while the boot loader is installed. What --resume makes of it is what an undisturbed install
 * of the same plan makes.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { applianceOn, command, outputOf } from './support/appliance.ts';
import { cli, eventsOf, labFolder, start, type CliResult } from './support/cli.ts';
import { machinesOn } from './support/processes.ts';
import { lookStore } from './support/tiny-store.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-power');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab.yaml'), profile);
const [whole, cut] = ['whole', 'cut'].map((name) => join(folder, `${name}.img`)) as [string, string];
const JSON_EVENTS = ['--ui', 'json'];

/** Switches the image's machine off, as a power cut would. */
function switchOff(image: string): void {
  const machines = machinesOn(image);
  if (machines.length !== 1) throw new Error(`${machines.length} machines have ${image} open`);
  for (const pid of machines) process.kill(pid, 'SIGKILL');
}

describe.skipIf(!hasQemu)('an install with two power cuts in it (virtual machines)', () => {
  const runs: CliResult[] = [];
  beforeAll(async () => {
    // One seed, so that both images have one plan.
    for (const image of [whole, cut]) {
      mkdirSync(`${image}.xenwright`, { mode: 0o700 });
      writeFileSync(`${image}.xenwright/seed`, `${'5e'.repeat(32)}\n`, { mode: 0o600 });
    }
    runs.push(await cli(folder, 'install', profile, '--image', whole, ...JSON_EVENTS));

    const first = start(folder, ['install', profile, '--image', cut, ...JSON_EVENTS]);
    let isOff = false;
    first.onOut((out) => {
      if (isOff || !/"action.progress","id":"dom0\/root\/write","done":\d/.test(out)) return;
      isOff = true;
      switchOff(cut);
    });
    runs.push(await first.done);

    const second = start(folder, ['install', profile, '--image', cut, '--resume', ...JSON_EVENTS]);
    second.onOut((out) => {
      if (!/"action.progress","id":"dom0\/boot\/install","done":1/.test(out) || machinesOn(cut).length === 0) return;
      second.kill();
      for (const pid of machinesOn(cut)) process.kill(pid, 'SIGKILL');
    });
    runs.push(await second.done);
    runs.push(await cli(folder, 'install', profile, '--image', cut, '--resume', ...JSON_EVENTS));
  });

  test('tells of the appliance that was lost, and how to go on', () => {
    expect(runs[1]).toMatchObject({ code: 5, signal: null });
    const lost = eventsOf(cut).find(
      (event) => event.type === 'action.finished' && event.id === 'dom0/root/write' && event.result === 'failed',
    );
    expect(lost).toMatchObject({ error: { code: 'appliance-lost', hint: expect.stringContaining('--resume') } });
  });

  test('goes on to the end, with every action done once', () => {
    expect(runs[2]).toMatchObject({ signal: 'SIGKILL' });
    expect(runs[3]?.code, runs[3]?.err).toBe(0);
    const done = eventsOf(cut).flatMap((event) =>
      event.type === 'action.finished' && event.result === 'done' ? [event.id] : [],
    );
    const plan = JSON.parse(readFileSync(`${cut}.xenwright/plan.json`, 'utf8')) as Plan;
    expect(done.toSorted()).toEqual(plan.actions.map((action) => action.id).toSorted());
  });

  test('leaves the same whole image as an install that nothing disturbed', async () => {
    const plan = JSON.parse(readFileSync(`${whole}.xenwright/plan.json`, 'utf8')) as Plan;
    expect(JSON.parse(readFileSync(`${cut}.xenwright/plan.json`, 'utf8'))).toEqual(plan);
    const base = await lookStore(folder, { host: plan });
    const seen: string[] = [];
    for (const image of [whole, cut]) {
      const appliance = applianceOn(base, [image], folder);
      const text = await outputOf(
        appliance,
        command(
          `mkdir /tmp/state; cat > /tmp/state/journal.ndjson <<'EOF'\n${readFileSync(`${image}.xenwright/journal.ndjson`, 'utf8')}EOF\n/mnt/node /bases/tiny-look.mjs /bases/plan-host.json /tmp/state`,
          'look',
          1_200_000,
        ),
      );
      await appliance.close();
      writeFileSync(`${image}.txt`, text);
      seen.push(
        text.replaceAll(
          /^.* \.\/(xenwright\/installed\.json|var\/log\/xenwright\/.*|var\/lib\/xenwright\/journal\.ndjson)( ->.*)?$/gm,
          '',
        ),
      );
    }
    expect(seen[1]?.match(/== check\nclean/g)).toHaveLength(6);
    expect(seen[1]).toBe(seen[0]);
  });
});
