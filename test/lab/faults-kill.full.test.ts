/**
 * Every action of a plan is killed before, while and after it works, and after its line in the journal, inside one
 * appliance on tiny bases; each time it is resumed at once (virtual machine; needs qemu-system-x86_64). With LVM, and
 * with files on a partition. It takes three quarters of an hour: XENWRIGHT_SWEEP=PATTERN kills only the actions whose
 * ids fit.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { labPlan } from './bases.ts';
import { labFolder } from './support/cli.ts';
import { chain, everyMoment } from './support/tiny-chain.ts';
import { tinyHost, type TinyHost } from './support/tiny-host.ts';
import { TINY_PLAIN, TINY_RICH } from './support/tiny-profiles.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-kill-full');
/** Of an action's commands at most this many are killed, its first and its last among them. */
const MOST_COMMANDS = 4;
const pattern = new RegExp(process.env['XENWRIGHT_SWEEP'] ?? '');

describe.skipIf(!hasQemu)('killed at every moment of every action (virtual machine)', () => {
  let host: TinyHost;
  beforeAll(async () => {
    host = await tinyHost(folder, { lvm: await labPlan([], TINY_RICH), plain: await labPlan([], TINY_PLAIN) });
  });
  afterAll(async () => {
    await host.close();
  });

  test.each(['lvm', 'plain'])('layout %s ends in the state of an undisturbed run', async (plan) => {
    await host.rest();
    const whole = await host.run(plan, `${plan}-whole`);
    expect(whole.failures).toEqual([]);
    const wanted = await host.look(plan, `${plan}-whole`);
    writeFileSync(join(folder, `${plan}-whole.txt`), wanted);
    await host.rest();
    const kills = everyMoment(whole.times, MOST_COMMANDS).filter(({ id }) => pattern.test(id));
    writeFileSync(join(folder, `${plan}-kills.json`), kills.map((kill) => `${JSON.stringify(kill)}\n`).join(''));
    const last = await chain(host, plan, `${plan}-killed`, kills);
    expect(last).toMatchObject({ code: 0, result: 'done' });
    expect(last.failures.map(([, { code }]) => code).filter((code) => code !== 'interrupted')).toEqual([]);
    const found = await host.look(plan, `${plan}-killed`);
    writeFileSync(join(folder, `${plan}-killed.txt`), found);
    expect(found).toBe(wanted);
  });
});
