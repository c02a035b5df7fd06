/**
 * Needs virtual machines: a booted medium takes its profile from a real NFS server in another machine, by version 4 and by version 3,
 * over an address that was given on the kernel's command line. The disk of that profile is not there: nothing is written.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/system/free-port.ts';
import { buildBases, ground, labPlan } from './bases.ts';
import { applianceBase, command, outputOf } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { bootRefused, buildNetboot, type NetbootSet } from './support/netboot.ts';
import { rescueSystem } from './support/rescue.ts';

const MINUTE = 60_000;
const PROFILE = 'version: 1\nhost: { hostname: from-nfs, firmwarePackages: none, storage: { disks: [{ serial: another-disk }] }, files: [{ path: /etc/motd, source: motd }] }\n';
const folder = labFolder('medium-nfs');
const here = ground();
let set: NetbootSet;
let server: ReturnType<typeof rescueSystem>;
let cable: readonly [number, number];

/** One end of the cable between the two machines: frames go as datagrams from port to port. */
const card = (own: number, other: number, mac: string): string[] => ['-netdev', `socket,id=lan,udp=127.0.0.1:${other},localaddr=127.0.0.1:${own}`, '-device', `virtio-net-pci,netdev=lan,mac=${mac}`];
const run = async (script: string): Promise<string> => await outputOf(server, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 10 * MINUTE });
const inside = async (words: string): Promise<string> => await run(`chroot /srv/guest sh -c '${words}'`);

beforeAll(async () => {
  set = await buildNetboot(folder);
  // The server's tools are in a DomU's base.
  const hash = (await buildBases(await labPlan(['domus=[{ name: web1, disks: { root: { size: 2G } }, packages: [nfs-kernel-server, libatomic1, libstdc++6] }]']), ['common', 'domu'], here))('web1');
  cable = [await freePort(), await freePort()];
  server = rescueSystem(await applianceBase(here), [`${join(here.store, hash, 'image')},snapshot=on`], folder, card(cable[0], cable[1], '52:54:00:00:00:01'));
  const ready = await run(`modprobe -a virtio_net nfsd && udevadm settle
    for nic in /sys/class/net/*; do [ "$(cat $nic/address)" != 52:54:00:00:00:01 ] || { ip link set \${nic##*/} up; ip addr add 10.9.0.1/24 dev \${nic##*/}; }; done
    mkdir /srv/guest && mount -o noatime /dev/disk/by-id/virtio-real-0 /srv/guest && cd /srv/guest && for at in dev proc sys run; do mount --rbind /$at $at; done
    mkdir -p srv/export && mount -t tmpfs tmpfs srv/export && mkdir srv/export/racks && printf '%s' '${PROFILE}' >srv/export/racks/p.yaml && echo hello >srv/export/racks/motd && ip link set lo up
    echo '/srv/export 10.9.0.0/24(ro,fsid=0,root_squash,no_subtree_check)' >etc/exports && ip -brief addr`);
  expect(ready).toContain('10.9.0.1/24');
}, 40 * MINUTE);
afterAll(async () => {
  await server.close();
  await here.clear();
});

/** Serves by these words of rpc.nfsd, boots the medium with this profile, and gives what its console said. */
async function bootBy(name: string, nfsd: string, source: string): Promise<string> {
  const said = await inside(`pidof rpcbind >/dev/null || rpcbind -w; mkdir -p /var/lib/nfs /proc/fs/nfsd; mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd; rpc.nfsd 0; exportfs -ra && rpc.nfsd ${nfsd} && { pidof rpc.mountd >/dev/null || rpc.mountd; }; cat /proc/fs/nfsd/versions`);
  expect(said).not.toContain('exit code');
  const { console, untouched } = await bootRefused(folder, name, set, [`profile=${source}`, 'ip=10.9.0.2/24'], card(cable[1], cable[0], '52:54:00:00:00:02'));
  expect(untouched).toBe(true);
  return console;
}

it('by version 4', async () => {
  expect(await bootBy('version-4', '-N 3 4', 'nfs://10.9.0.1/racks/p.yaml')).toMatch(/10\.9\.0\.2\/24[^]*profile: nfs:\/\/10\.9\.0\.1\/racks\/p\.yaml is here[^]*another-disk[^]*exit 4:/);
}, 20 * MINUTE);

it('by version 3, where there is no other', async () => {
  expect(await bootBy('version-3', '-N 4 4', 'nfs://10.9.0.1/srv/export/racks/p.yaml')).toMatch(/profile: nfs:\/\/10\.9\.0\.1\/srv\/export\/racks\/p\.yaml is here[^]*another-disk[^]*exit 4:/);
}, 20 * MINUTE);
