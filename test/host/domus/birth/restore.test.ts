/** A backup comes back on another host: as the same DomU, or as another one; what is not whole comes back nowhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inImage } from '../rescue/stand-in-host.ts';
import { refusal } from '../snapshot/images.ts';
import { BirthHost, FIRST } from './birth-host.ts';

/** Another machine, other names, another size of everything. */
const SECOND = FIRST.replace('hostname: xen1.example.org', 'hostname: other').replace('name: web1', 'name: mail');

let host: BirthHost | undefined;
let other: BirthHost | undefined;
let file = '';
beforeEach(async () => {
  host = new BirthHost();
  file = join(host.home, 'web1.domu');
  await host.backup('web1', file);
}, 60_000);
afterEach(() => {
  // Stand-in tools are found by the environment, which goes back in the reverse order.
  other?.close();
  other = undefined;
  host?.close();
});

it('without a new name it is the same one: keys, name and MACs stay, names of places are this host’s', async () => {
  const [web1] = host?.resolved() ?? [];
  other = new BirthHost('ff00', SECOND);
  expect(await other.restore(file)).toBe(0);
  expect(other.said).toContain('web1 is restored.');
  const restored = other.resolved().find(({ settings }) => settings.name === 'web1');
  expect(restored?.macs).toEqual(web1?.macs);
  expect(restored?.volumes.map(({ device }) => device)).toEqual(
    ['root', 'swap', 'srv'].map((one) => `/dev/vg_other/web1-${one}`),
  );
  const root = other.disk('web1-root');
  const uuid = restored?.volumes.find(({ use }) => use === 'root')?.uuid;
  expect(inImage(root, '/etc/machine-id')).toBe(`${'a'.repeat(32)}\n`);
  expect(inImage(root, '/etc/ssh/ssh_host_ed25519_key')).toBe('old key\n');
  expect(inImage(root, '/etc/fstab')).toBe(`UUID=${uuid} / ext4 defaults 0 1\n`);
  expect(other.xen.read('etc/xen/web1.cfg')).toContain(`mac=${web1?.macs[0]},bridge=`);
  expect(await refusal(other.restore(file))).toContain('has a DomU of this name');
}, 120_000);

it('one that was cut is not made, and nothing of it stays', async () => {
  other = new BirthHost('ff00', SECOND);
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, whole.length - 40));
  expect(await refusal(other.restore(file, { as: 'web2' }))).toMatch(/^6 backup-unfit/);
  expect(Object.keys(other.allVolumes())).toEqual(['mail-root', 'mail-swap', 'mail-srv']);
  expect(other.xen.read('etc/xen/web2.cfg')).toBe('');
}, 120_000);
