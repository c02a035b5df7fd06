/**
 * Needs virtual machines: a machine without a disc or any other network is installed from an NFS server: its profile, and the medium
 * with its packages, which is copied to the disk. Half way the cable is out for a while. Consoles stay under test/artifacts/lab/medium-from-nfs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ground } from './bases.ts';
import { cli, labFolder } from './support/cli.ts';
import { blankDisk, buildNetboot, diskArguments, netbootArguments, type NetbootSet } from './support/netboot.ts';
import { nfsServer, SERVER, type NfsServer } from './support/nfs-server.ts';
import { labProfile } from './support/rack.ts';
import { watch } from './support/watch.ts';

const MINUTE = 60_000;
/** Longer than NFS waits for its first answer (10 s). */
const OUTAGE_SECONDS = 25;
const folder = labFolder('medium-from-nfs');
const here = ground();
let set: NetbootSet;
let server: NfsServer;

beforeAll(async () => {
  const [tree, image] = [join(folder, 'export'), join(folder, 'export.img')];
  const profile = join(folder, 'host.yaml');
  writeFileSync(profile, labProfile().replace(/^report:.*\n/m, '').replace('host:\n', `host:\n  source: { medium: "nfs://${SERVER}/media/packages.iso" }\n`));
  const iso = join(folder, 'packages.iso');
  const built = await cli(folder, 'medium', 'build', '--output', iso, '--no-firmware', '--pool', profile);
  expect(built.code, built.err).toBe(0);
  for (const name of ['racks', 'media']) mkdirSync(join(tree, name), { recursive: true });
  renameSync(iso, join(tree, 'media/packages.iso'));
  renameSync(profile, join(tree, 'racks/host.yaml'));
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', tree, image, '2G']);
  set = await buildNetboot(folder);
  server = await nfsServer(folder, here, 'mount -o ro /dev/disk/by-id/virtio-real-1 srv/export', [image]);
  await server.serve('4');
}, 60 * MINUTE);
afterAll(async () => {
  await server.close();
  await here.clear();
});

it('a host is installed from a medium on an NFS server, though the cable is out for a while', async () => {
  const disk = blankDisk(folder, 'disk', 10);
  const machine = [...netbootArguments(set, [`profile=nfs://${SERVER}/racks/host.yaml`, 'ip=10.9.0.2/24', 'on-error=poweroff']), '-m', '6144', ...diskArguments(disk), ...server.card];
  let outage: Promise<void> | null = null;
  const console = await watch({ folder, name: 'install', machine, limitMs: 60 * MINUTE }, (said, isGone) => {
    if (outage === null && /Copy the medium/.test(said)) outage = server.unplug(OUTAGE_SECONDS);
    if (/^FAILED: /m.test(said)) throw new Error(`the install failed:\n${said.slice(-6000)}`);
    return isGone ? 'over' : /run +done after/.test(said) ? 'settle' : 'wait';
  });
  await outage;
  expect(outage).not.toBeNull();
  expect(console).toMatch(/Build the Dom0 base of trixie/);
  expect(console).toMatch(/run +done after/);
}, 65 * MINUTE);
