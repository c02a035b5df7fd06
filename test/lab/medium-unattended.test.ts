/**
 * The whole way from the network, needs virtual machines: a medium that carries bases boots on a machine with a blank
 * disk, takes its profile from a server, installs, reboots, and the host says to the same server that Xen, Dom0 and its
 * DomU are up. The medium meets that host again, with a changed profile: nothing is touched. Consoles stay under
 * test/artifacts/lab/medium.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, labFolder } from './support/cli.ts';
import { bootUntil } from './support/medium.ts';
import { LAB_SECRET, openRack, rackMachine, type Rack } from './support/rack.ts';

const MINUTE = 60_000;
const SEED = '5eed';
const folder = labFolder('medium');
const served = join(folder, 'www');
const profile = join(served, 'host.yaml');
const disk = join(folder, 'disk.img');
const iso = join(folder, 'xenwright.iso');
let rack: Rack;

/** What the server has seen of the machines. */
const status = async (): Promise<string> => JSON.stringify(await rack.status());
let machine: readonly string[];

beforeAll(async () => {
  // Lean, so that two installs fit into the lab's time; the DomU is PV: emulated nested paging fails others now and
  // then.
  rack = await openRack(folder, served, profile);
  const built = await cli(
    folder,
    'medium',
    'build',
    '--output',
    iso,
    '--no-firmware',
    '--serial',
    'ttyS0',
    '--bases',
    profile,
    '--profile',
    `${rack.address}/host.yaml`,
    '--allow-clear',
    'report.webhook.secret',
  );
  expect(built.code, built.err).toBe(0);
  machine = rackMachine({ disk, sizeGiB: 8, seed: SEED, iso, memoryMiB: 4096 });
}, 15 * MINUTE);
afterAll(async () => {
  await rack.close();
});

describe('a bare machine with the medium in it', () => {
  it(
    'installs itself from a profile on the network, without a key, and restarts',
    async () => {
      const { console } = await bootUntil(
        folder,
        'install',
        machine,
        /run +(done|failed|interrupted) after/,
        12 * MINUTE,
      );
      expect(console).toMatch(/Take the Dom0 base of trixie from the medium/);
      expect(console).toMatch(/run +done after/);
      // No key helps any more.
      expect(console).toMatch(/Rebooting now/);
      expect(console).not.toMatch(/The host is installed/);
    },
    15 * MINUTE,
  );

  it('has told the server what it did', async () => {
    const seen = await status();
    expect(seen).toContain('rack1.example.org');
    expect(seen).not.toContain(LAB_SECRET);
  });

  it(
    'boots Xen from its disk with its DomU up, and says so to the server',
    async () => {
      const result = await bootImage(folder, disk, '--firmware', 'bios');
      expect(result, describeBoot(result)).toMatchObject({
        booted: 'xen',
        up: true,
        dom0: { bridge: 'xenbr0' },
        domus: [{ name: 'db1', up: true }],
      });
      await expect.poll(status, { timeout: MINUTE, interval: 2000 }).toMatch(/Dom0 and every DomU are up/);
      const [report = ''] = readdirSync(join(served, 'reports'));
      expect(readFileSync(join(served, 'reports', report), 'utf8')).toMatch(
        /"host\.report".*"result":"up".*"hypervisor":"xen"/,
      );
    },
    30 * MINUTE,
  );

  it(
    'is left alone when the medium is in it again, whatever the profile says now',
    async () => {
      writeFileSync(profile, readFileSync(profile, 'utf8').replace('rack1.example.org', 'other.example.org'));
      copyFileSync(profile, join(folder, 'changed.yaml'));
      const { console } = await bootUntil(folder, 'again', machine, /Already installed[^]*\(XEN\)/, 8 * MINUTE);
      // Its own Xen is started from the disk.
      expect(console).toMatch(/Already installed[^]*\(XEN\)/);
      expect(console).not.toMatch(/Partition \/dev/);
    },
    10 * MINUTE,
  );
});
