/** A copy is another DomU in everything that tells them apart, and the same in everything else. */
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inImage, run } from '../rescue/stand-in-host.ts';
import { refusal } from '../snapshot/images.ts';
import { BirthHost, FIRST } from './birth-host.ts';

let host: BirthHost;
beforeEach(() => {
  host = new BirthHost();
});
afterEach(() => {
  host.close();
});

const idOf = (path: string): string => /UUID:\s*(\S+)/.exec(run('tune2fs', '-l', path))?.[1] ?? '';

it('has its own ids, keys, names and addresses; the profile has it, and a plan of that shows no difference', async () => {
  host.run('web1', 7);
  expect(await host.copy('web1', 'web2')).toBe(0);
  expect(host.said).toContain('web2 is there: web1 with identities of its own.');
  const [web1, web2] = host.resolved();
  const [from, to] = [host.disk('web1-root'), host.disk('web2-root')];
  const uuid = web2?.volumes.find(({ use }) => use === 'root')?.uuid ?? '?';
  expect(idOf(to)).toBe(uuid);
  expect(idOf(host.disk('web2-srv'))).toBe(web2?.volumes.find(({ use }) => use === 'data')?.uuid);
  expect(inImage(to, '/etc/fstab')).toBe(`UUID=${uuid} / ext4 defaults 0 1\n`);
  expect(inImage(to, '/boot/grub/grub.cfg')).toBe(`search --fs-uuid ${uuid}\n`);
  expect(inImage(to, '/etc/hostname')).toBe('web2\n');
  expect(inImage(to, '/etc/hosts')).toBe('127.0.0.1 localhost\n127.0.1.1 web2\n10.0.0.9 my-web1\n');
  expect(inImage(to, '/etc/machine-id')).toMatch(/^(?!a{32})[0-9a-f]{32}\n$/);
  expect(inImage(to, '/etc/ssh/ssh_host_ed25519_key')).toContain('OPENSSH PRIVATE KEY');
  expect(inImage(to, '/etc/ssh/ssh_host_ed25519_key.pub')).toMatch(/^ssh-ed25519 /);
  expect(inImage(to, '/etc/systemd/network/20-xenwright-0.network')).toContain(web2?.macs[0]);
  expect(inImage(to, '/etc/ssh/sshd_config')).toBe('Port 22\n');
  // The one that was copied is as it was.
  expect(idOf(from)).toBe(web1?.volumes[0]?.uuid);
  expect(inImage(from, '/etc/hostname')).toBe('web1\n');
  expect(spawnSync('/usr/sbin/e2fsck', ['-fn', to]).status).toBe(0);
  const stat = spawnSync('/usr/sbin/debugfs', ['-R', 'stat /etc/ssh/ssh_host_ed25519_key', to], {
    encoding: 'utf8',
  }).stdout;
  expect(stat).toMatch(/Mode: {2}0600/);
  expect(stat).toMatch(/User: {5}0 {3}Group: {5}0/);
  const record = JSON.parse(host.xen.read('etc/xenwright/domus/web2.json')) as object;
  expect(record).toMatchObject({ name: 'web2', uuid: web2?.uuid, macs: web2?.macs });
  expect(host.xen.read('etc/xen/web2.cfg')).toContain('name = "web2"');
  expect(Object.entries(host.allVolumes()).filter(([name, { tags }]) => tags !== '' || name.includes('.s'))).toEqual(
    [],
  );
  expect(host.xen.read('births/web2.json')).toBe('');
}, 120_000);

it('shows what it would make', async () => {
  expect(await host.copy('web1', 'web2', { dryRun: true })).toBe(0);
  expect(host.said).toContain(`lvcreate --yes --wipesignatures y --zero y --name web2-root --size ${2 ** 30}b`);
  expect(Object.keys(host.allVolumes())).toEqual(['web1-root', 'web1-swap', 'web1-srv']);
});

it('cut off in the middle it leaves nothing, and the next one begins anew', async () => {
  host.xen.put('bin/mkswap', '#!/bin/sh\necho "no swap today" >&2\nexit 1\n', 0o755);
  expect(await refusal(host.copy('web1', 'web2'))).toMatch(/^5 command-failed/);
  expect(Object.keys(host.allVolumes())).toEqual(['web1-root', 'web1-swap', 'web1-srv']);
  expect(host.xen.read('etc/xen/web2.cfg')).toBe('');
  expect(host.xen.read('births/web2.json')).toBe('');
  // One that was killed could not clean up.
  host.xen.run(`${host.home}/bin/lvcreate`, [
    '--name',
    'web2-root',
    '--size',
    `${2 ** 22}b`,
    '--addtag',
    'xenwright.unfinished',
    host.group(),
  ]);
  host.xen.run(`${host.home}/bin/lvcreate`, ['--name', 'web2-srv', '--size', `${2 ** 22}b`, host.group()]);
  const disks = ['web2-root', 'web2-srv'].map((name) => ({ path: host.disk(name), isVolume: true }));
  host.xen.run('/bin/mkdir', ['-p', `${host.home}/births`]);
  host.xen.put('births/web2.json', JSON.stringify({ version: 1, name: 'web2', disks, files: [], isDone: false }));
  // What of it is somebody else's stays, and is not overwritten.
  expect(await refusal(host.copy('web1', 'web2'))).toMatch(/^4 domu-unfit/);
  expect(Object.keys(host.allVolumes())).toEqual(['web1-root', 'web1-swap', 'web1-srv', 'web2-srv']);
}, 120_000);

it('is refused under a name that is taken, that is no name, and with an address that is fixed', async () => {
  expect(await refusal(host.copy('web1', 'web1'))).toContain('has a DomU of this name');
  expect(await refusal(host.copy('web1', 'host'))).toMatch(/^3 birth-unfit/);
  host.close();
  host = new BirthHost(
    '00ff',
    FIRST.replace('memory: 512M,', 'memory: 512M, network: [{ addresses: [10.0.0.5/24] }],'),
  );
  expect(await refusal(host.copy('web1', 'web2'))).toContain('another DomU of this host has 10.0.0.5/24');
}, 60_000);
