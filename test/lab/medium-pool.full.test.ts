/**
 * A medium with a package pool on a machine with no network, needs virtual machines: the bases are built there, out of
 * the copy on the disk, the host that comes up has that copy as its source of packages, and serves it on its bridge:
 * its DomU counts as up only once its own apt has a package from there. Consoles stay under
 * test/artifacts/lab/medium-pool.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';
import { bootUntil } from './support/medium.ts';
import { rackMachine } from './support/rack.ts';

const MINUTE = 60_000;
const SEED = '9001';
const folder = labFolder('medium-pool');
const [profile, disk, iso] = ['host.yaml', 'disk.img', 'xenwright.iso'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

beforeAll(async () => {
  copyFileSync(join(import.meta.dirname, '../profiles/lab-served-medium.yaml'), profile);
  const built = await cli(
    folder,
    'medium',
    'build',
    '--output',
    iso,
    '--no-firmware',
    '--serial',
    'ttyS0',
    '--pool',
    profile,
    '--profile',
    profile,
  );
  expect(built.code, built.err).toBe(0);
}, 20 * MINUTE);

it(
  'a host is installed out of its own packages, with no network, and its DomU takes one from the medium that the host serves',
  async () => {
    const machine = rackMachine({ disk, sizeGiB: 10, seed: SEED, iso, memoryMiB: 6144, network: 'restrict=on,' });
    const console = await bootUntil(folder, 'install', machine, /run +(done|failed|interrupted) after/, 70 * MINUTE);
    expect(console.console).toMatch(/Copy the medium/);
    expect(console.console).toMatch(/Build the Dom0 base of trixie/);
    expect(console.console).toMatch(/run +done after/);
    const result = await bootImage(folder, disk, '--firmware', 'bios');
    expect(result, describeBoot(result)).toMatchObject({
      booted: 'xen',
      up: true,
      dom0: { address: '10.0.2.9' },
      domus: [{ name: 'db1', up: true }],
    });
  },
  115 * MINUTE,
);
