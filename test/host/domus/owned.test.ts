/** While one command has a DomU in hand nobody else may have it, and what it was cut off in is put right by itself. */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EXIT, failure } from '../../../src/errors.ts';
import { readDomuList } from '../../../src/host/domus/list.ts';
import { inHandNow, openHand, type OwnedWorld, type Owner } from '../../../src/host/domus/owned.ts';
import { startDomus } from '../../../src/host/domus/start.ts';
import { chosen, readTargets } from '../../../src/host/domus/targets.ts';
import { asset } from '../../assets.ts';
import { StandInHost } from './stand-in-host.ts';

let host: StandInHost;
let world: OwnedWorld;
beforeEach(() => {
  host = new StandInHost();
  const { home } = host.xen;
  // The starter looks for notes where a host has them.
  spawnSync('mkdir', ['-p', `${home}/root/var/lib/xenwright`]);
  spawnSync('ln', ['-s', `${home}/rescues`, `${home}/root/var/lib/xenwright/rescue`]);
  world = { port: host.port, starts: `${home}/state`, notes: `${home}/rescues`, lockWaitMs: 100 };
});
afterEach(() => {
  host.close();
});

const owner = (by: string): Owner => ({
  by,
  wayOut: ['xenwright', 'domu', by, 'web1'],
  refused: (reason) => failure('rescue-refused', EXIT.refused, { domu: 'web1', reason }),
});
const config = (name: string): string => join(host.xen.home, `etc-xen/${name}.cfg`);
const target = (): { name: string; config: string; disks: string[] } => ({
  name: 'web1',
  config: config('web1'),
  disks: ['/srv/web1.img'],
});
const hasConfig = (): boolean => existsSync(config('web1'));

it('neither the starter, nor domu start, nor xl by hand, nor another command starts or takes it', async () => {
  host.own('web1');
  const hand = await openHand(target(), owner('restore'), world);
  await hand.take(false);
  // A run that was killed: its lock is gone with it, and nothing else.
  await hand.release();
  expect(hasConfig()).toBe(false);
  expect(host.xen.run(asset('host/domus.py'), ['start', 'web1']).out).toContain(
    'a command has it in hand; where that was cut off: xenwright domu restore web1',
  );
  expect(await startDomus(chosen(await readTargets(host.port), ['web1']), host.power)).toBe(false);
  expect(host.told.at(-1)).toBe(
    'web1: not up: it is in the hands of another command; where that was cut off, this goes on with it or undoes it:  xenwright domu restore web1',
  );
  const [row] = (await readDomuList(host.port)).domus;
  expect(row).toMatchObject({ state: 'stopped', why: expect.stringContaining('xenwright domu restore web1') });
  await expect(openHand(target(), owner('rescue'), world)).rejects.toMatchObject({
    code: 'rescue-refused',
    message: expect.stringContaining('xenwright domu restore web1'),
  });
  expect(await inHandNow('web1', 'rescue', world)).toBe(null);
  expect(host.done).toEqual([]);

  const again = await openHand(target(), owner('restore'), world);
  expect([again.isLeft, await inHandNow('web1', 'restore', world)]).toEqual([true, target()]);
  await again.take(false);
  await again.giveBack();
  await again.release();
  expect([hasConfig(), await inHandNow('web1', 'restore', world)]).toEqual([true, null]);
  expect(await startDomus(chosen(await readTargets(host.port), ['web1']), host.power)).toBe(true);
  expect(host.done).toEqual(['create web1.cfg']);
}, 60_000);

it('two commands at once: the second is refused while the first holds the lock', async () => {
  host.own('web1');
  const hand = await openHand(target(), owner('restore'), world);
  await expect(openHand(target(), owner('restore'), world)).rejects.toMatchObject({ code: 'rescue-refused' });
  await hand.release();
  await (await openHand(target(), owner('restore'), world)).release();
});

it('what was written down is there before the configuration is moved, and is gone after it is back', async () => {
  host.own('web1');
  const hand = await openHand(target(), owner('revert'), world);
  // Somebody has made it anew where an earlier one lies aside: nothing is overwritten.
  writeFileSync(`${config('web1')}.in-rescue`, 'earlier');
  await expect(hand.take(false)).rejects.toMatchObject({ message: expect.stringContaining('there are both') });
  expect([host.xen.read('rescues/web1.json'), host.xen.read('etc-xen/web1.cfg.in-rescue')]).toEqual([
    expect.stringContaining('"by":"revert"'),
    'earlier',
  ]);
  await hand.release();
});

it('a note of an earlier version, which says no command, is that of a rescue', async () => {
  host.own('web1');
  host.xen.put(
    'rescues/web1.json',
    JSON.stringify({ version: 1, name: 'web1', config: config('web1'), target: target() }),
  );
  expect(await inHandNow('web1', 'rescue', world)).toEqual(target());
  await expect(openHand(target(), owner('restore'), world)).rejects.toMatchObject({ code: 'rescue-refused' });
  const hand = await openHand(target(), owner('rescue'), world);
  expect(hand.isLeft).toBe(true);
  await hand.release();
});
