/**
 * Needs virtual machines: a machine without a disc or any other network is installed from an NFS server: its profile,
 * and the medium with its packages, which is copied to the disk. Half way the cable is out: for a while, and for longer
 * than anybody waits. Consoles stay under test/artifacts/lab/medium-from-nfs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ground } from './bases.ts';
import { cli, labFolder } from './support/cli.ts';
import { sumOf } from './support/medium.ts';
import { blankDisk, buildNetboot, diskArguments, netbootArguments, type NetbootSet } from './support/netboot.ts';
import { nfsServer, SERVER, type NfsServer } from './support/nfs-server.ts';
import { labProfile } from './support/rack.ts';
import { watch } from './support/watch.ts';

const MINUTE = 60_000;
/** Longer than NFS waits for its first answer (10 s). */
const OUTAGE_SECONDS = 25;
/** Longer than it waits at all: seen to be four and a half minutes (10 + 20 + … + 60 s, and connecting again). */
const FOREVER_SECONDS = 400;
const folder = labFolder('medium-from-nfs');
const here = ground();
let set: NetbootSet;
let server: NfsServer;

beforeAll(async () => {
  const [tree, image] = [join(folder, 'export'), join(folder, 'export.img')];
  const profile = join(folder, 'host.yaml');
  const profileOf = (medium: string): string =>
    labProfile()
      .replace(/^report:.*\n/m, '')
      .replace('host:\n', `host:\n  source: { medium: "${medium}" }\n`);
  writeFileSync(profile, profileOf('cdrom'));
  const iso = join(folder, 'packages.iso');
  const built = await cli(folder, 'medium', 'build', '--output', iso, '--no-firmware', '--pool', profile);
  expect(built.code, built.err).toBe(0);
  writeFileSync(profile, profileOf(`nfs://${SERVER}/media/packages.iso#sha256=${sumOf(iso)}`));
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

const machineWith = (disk: string, onError: string): string[] => [
  ...netbootArguments(set, [`profile=nfs://${SERVER}/racks/host.yaml`, 'ip=10.9.0.2/24', `on-error=${onError}`]),
  '-m',
  '6144',
  ...diskArguments(disk),
  ...server.card,
];

it(
  'a server that is gone for good is told as such, and the next start goes on by itself',
  async () => {
    const machine = machineWith(blankDisk(folder, 'lost', 10), 'reboot');
    let outage: Promise<void> | null = null;
    const first = await watch({ folder, name: 'lost', machine, limitMs: 30 * MINUTE }, (said, isGone) => {
      if (outage === null && /Copy the medium[^\n]*: [1-9]\d? %/.test(said)) outage = server.unplug(FOREVER_SECONDS);
      return isGone ? 'over' : 'wait';
    });
    expect(outage).not.toBeNull();
    expect(first).toMatch(/nothing has come from .* for \d+ s; waiting/);
    expect(first).toMatch(/FAILED: [^\n]*\[medium-unreachable\]/);
    expect(first).toMatch(/the server of [^\n]*packages\.iso no longer answers/);
    await outage;
    const second = await watch({ folder, name: 'found-again', machine, limitMs: 30 * MINUTE }, (said, isGone) => {
      if (/^FAILED: /m.test(said)) throw new Error(`going on failed:\n${said.slice(-6000)}`);
      return isGone || /done: Copy the medium/.test(said) ? 'over' : 'wait';
    });
    expect(second).toMatch(/resumed: rack1/);
    expect(second).toMatch(/done: Copy the medium/);
    expect(second).not.toMatch(/Make the volume group/);
  },
  65 * MINUTE,
);

it(
  'a host is installed from a medium on an NFS server, though the cable is out for a while',
  async () => {
    const machine = machineWith(blankDisk(folder, 'disk', 10), 'poweroff');
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
  },
  65 * MINUTE,
);
