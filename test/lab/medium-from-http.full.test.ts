/**
 * Needs virtual machines: a machine without a disc is installed from a web server alone: its profile, and the medium
 * with its packages, which the profile vouches for by its sum and which is copied to the disk while the server breaks
 * off, is silent, has an error and is away for a while; then the host boots. Consoles stay under
 * test/artifacts/lab/medium-from-http.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';
import { sumOf } from './support/medium.ts';
import { buildNetboot, netbootArguments, type NetbootSet } from './support/netboot.ts';
import { labProfile, rackMachine } from './support/rack.ts';
import { troubledServer, type TroubledServer } from './support/troubled-server.ts';
import { watch } from './support/watch.ts';

const MINUTE = 60_000;
const MIB = 1024 ** 2;
const folder = labFolder('medium-from-http');
const disk = join(folder, 'disk.img');
const profileOf = (medium: string): string =>
  labProfile()
    .replace(/^report:.*\n/m, '')
    .replace('host:\n', `host:\n  source: { medium: "${medium}" }\n`);
let set: NetbootSet;
let server: TroubledServer;

beforeAll(async () => {
  const [profile, iso] = [join(folder, 'host.yaml'), join(folder, 'packages.iso')];
  writeFileSync(profile, profileOf('cdrom'));
  const built = await cli(folder, 'medium', 'build', '--output', iso, '--no-firmware', '--pool', profile);
  expect(built.code, built.err).toBe(0);
  set = await buildNetboot(folder);
  server = await troubledServer(
    { '/host.yaml': () => profileOf(`${server.address}/packages.iso#sha256=${sumOf(iso)}`) },
    '/packages.iso',
    iso,
    200 * MIB,
    40,
  );
}, 60 * MINUTE);
afterAll(async () => {
  await server.close();
});

it(
  'a host is installed from a medium on a web server that has a bad hour',
  async () => {
    const machine = [
      ...netbootArguments(set, [`profile=${server.address}/host.yaml`, 'on-error=poweroff']),
      ...rackMachine({ disk, sizeGiB: 10, seed: '5eed', memoryMiB: 6144 }),
    ];
    const console = await watch({ folder, name: 'install', machine, limitMs: 60 * MINUTE }, (said, isGone) => {
      if (/^FAILED: /m.test(said))
        throw new Error(`the install failed:\n${server.describeBoot.join('\n')}\n${said.slice(-6000)}`);
      // It is read whole for its sum before: the trouble belongs into the copy.
      if (said.includes('Copy the medium')) server.begin();
      return isGone ? 'over' : /run +done after/.test(said) ? 'settle' : 'wait';
    });
    expect(console, server.describeBoot.join('\n')).toMatch(/run +done after/);
    expect(console).toMatch(/goes on after \d+ s/);
    expect(console).toMatch(/Build the Dom0 base of trixie/);
    for (const what of ['broken off', 'never answered', '503', 'cut off'])
      expect(server.describeBoot.join('\n')).toContain(what);
  },
  65 * MINUTE,
);

it(
  'and boots Xen with its DomU up',
  async () => {
    const result = await bootImage(folder, disk, '--firmware', 'bios');
    expect(result, describeBoot(result)).toMatchObject({ booted: 'xen', up: true, domus: [{ name: 'db1', up: true }] });
  },
  30 * MINUTE,
);
