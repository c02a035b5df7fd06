/**
 * Needs virtual machines: a booted medium takes its profile from a real NFS server in another machine, by version 4 and
 * by version 3, over an address that was given on the kernel's command line. The disk of that profile is not there:
 * nothing is written.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ground } from './bases.ts';
import { labFolder } from './support/cli.ts';
import { bootRefused, buildNetboot, type NetbootSet } from './support/netboot.ts';
import { nfsServer, SERVER, type NfsServer } from './support/nfs-server.ts';

const MINUTE = 60_000;
const PROFILE =
  'version: 1\nhost: { hostname: from-nfs, firmwarePackages: none, storage: { disks: [{ serial: another-disk }] }, files: [{ path: /etc/motd, source: motd }] }\n';
const folder = labFolder('medium-nfs');
const here = ground();
let set: NetbootSet;
let server: NfsServer;

beforeAll(async () => {
  set = await buildNetboot(folder);
  server = await nfsServer(
    folder,
    here,
    `mount -t tmpfs tmpfs srv/export && mkdir srv/export/racks && printf '%s' '${PROFILE}' >srv/export/racks/p.yaml && echo hello >srv/export/racks/motd`,
  );
}, 40 * MINUTE);
afterAll(async () => {
  await server.close();
  await here.clear();
});

/** Serves by these words of rpc.nfsd, boots the medium with this profile, and gives what its console said. */
async function bootBy(name: string, nfsd: string, source: string): Promise<string> {
  await server.serve(nfsd);
  const { console, untouched } = await bootRefused(
    folder,
    name,
    set,
    [`profile=${source}`, 'ip=10.9.0.2/24'],
    server.card,
  );
  expect(untouched).toBe(true);
  return console;
}

it(
  'by version 4',
  async () => {
    expect(await bootBy('version-4', '-N 3 4', `nfs://${SERVER}/racks/p.yaml`)).toMatch(
      /10\.9\.0\.2\/24[^]*profile: nfs:\/\/10\.9\.0\.1\/racks\/p\.yaml was read[^]*another-disk[^]*exit 4:/,
    );
  },
  20 * MINUTE,
);

it(
  'by version 3, where there is no other',
  async () => {
    expect(await bootBy('version-3', '-N 4 4', `nfs://${SERVER}/srv/export/racks/p.yaml`)).toMatch(
      /profile: nfs:\/\/10\.9\.0\.1\/srv\/export\/racks\/p\.yaml was read[^]*another-disk[^]*exit 4:/,
    );
  },
  20 * MINUTE,
);
