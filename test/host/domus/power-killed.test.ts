/**
 * Starts, stops and restarts that are killed in every phase: nobody else's guest is made twice, none is left in
 * between, and the same command again does what it is there for.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IMPORT_TEXT } from '../../assets.ts';
import { StandInHost } from './stand-in-host.ts';

let host: StandInHost;
beforeEach(() => {
  host = new StandInHost();
  host.unitsForEach();
  // Creating takes a while, so that there is something to be killed in.
  host.xen.put('hotplug', '0.2 9');
});
afterEach(() => {
  host.close();
});

const OWN = 'web1';
const BY_HAND = 'mail';
const isUp = (name: string): boolean => existsSync(join(host.xen.home, 'up', name));
const lines = (file: string, pattern: RegExp): number =>
  host.xen
    .read(file)
    .split('\n')
    .filter((line) => pattern.test(line)).length;
/** It runs until its `up/NAME` is gone, however often it was created. */
function make(name: string): void {
  if (name === OWN) host.own(name, { config: `${host.xen.home}/etc-xen/${name}.cfg`, stopTimeoutSeconds: 5 });
  else host.config(name);
  for (const times of [1, 2, 3, 4])
    host.xen.fate(name, times, [`echo up >store/$(cat up/${name})`, `while [ -e up/${name} ]; do sleep 0.05; done`]);
}
/** The processes of xl that have a guest in hand. */
async function monitors(name: string): Promise<number> {
  const words = await Promise.all(
    (await host.port.list('/proc')).map(async (pid) => (await host.port.read(`/proc/${pid}/cmdline`)) ?? ''),
  );
  return words.filter((text) => text.includes(`/${name}.cfg\0--left-behind`)).length;
}
function power(verb: string, name: string): ChildProcess {
  const words = [...IMPORT_TEXT, join(import.meta.dirname, 'one-power.ts'), host.xen.home, verb, name];
  return spawn(process.execPath, words, { stdio: 'ignore' });
}
async function done(verb: string, name: string): Promise<void> {
  await once(power(verb, name), 'exit');
}

/** When it is killed: as soon as this is so. `times`: how often it was created before. */
const PHASES: Readonly<Record<string, (name: string, times: number) => boolean>> = {
  'it has asked to shut down': (name) => lines('log', new RegExp(`^shutdown ${name}`)) > 0,
  'the guest is gone': (name) => !isUp(name),
  'it asks systemd': (_, times) => lines('systemctl', /^start/) > times,
  'xl creates': (name, times) => lines('log', new RegExp(`^create .*${name}`)) > times,
  'the guest is there': (name, times) => lines('log', new RegExp(`^create .*${name}`)) > times && isUp(name),
};
const STARTS = ['xl creates', 'the guest is there'];
const SWEEP: readonly (readonly [verb: string, name: string, phase: string])[] = [OWN, BY_HAND].flatMap((name) => [
  ...[...(name === OWN ? ['it asks systemd'] : []), ...STARTS].map((phase) => ['start', name, phase] as const),
  ['stop', name, 'it has asked to shut down'] as const,
  ['restart', name, 'the guest is gone'] as const,
]);

describe('a command that is killed', () => {
  it.each(SWEEP)(
    '%s of %s, when %s: one owner, nothing half done, and the same again does it',
    async (verb, name, phase) => {
      make(name);
      if (verb !== 'start') await done('start', name);
      expect(isUp(name)).toBe(verb !== 'start');
      const times = verb === 'start' ? 0 : 1;
      const child = power(verb, name);
      await host.xen.until(() => PHASES[phase]?.(name, times) === true || child.exitCode !== null, 60_000);
      const wasKilled = child.kill('SIGKILL');
      expect(wasKilled).toBe(true);
      await done(verb, name);
      expect(host.xen.read('twice')).toBe('');
      expect([isUp(name), await monitors(name)]).toEqual(verb === 'stop' ? [false, 0] : [true, 1]);
      await done('stop', name);
      expect([isUp(name), host.xen.read('twice')]).toEqual([false, '']);
      await expect.poll(async () => await monitors(name)).toBe(0);
    },
    180_000,
  );
});
