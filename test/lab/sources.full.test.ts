/**
 * Needs a virtual machine, since most kernels that tests run under have no vfat, no iso9660 and no NFS: profiles from a labelled
 * volume, an optical disc and a real NFS server (version 4, then 3), and that nothing stays mounted.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exec } from '../../src/system/exec.ts';
import { buildBases, ground, labPlan } from './bases.ts';
import { applianceBase, command, emptyDisk, outputOf } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { rescueSystem } from './support/rescue.ts';

const MINUTE = 60_000;
const PROFILE = 'version: 1\nhost: { hostname: HOST, storage: { disks: [{ largest: true }] }, files: [{ path: /etc/motd, source: motd }] }\n';
const folder = labFolder('sources');
const here = ground();
afterAll(async () => { await here.clear(); });

it('profiles come from a labelled volume, a disc and NFS, with what stands beside them, and nothing stays mounted', async () => {
  const write = (name: string, text: string): string => { const path = join(folder, name); writeFileSync(path, text); return path; };
  const motd = write('motd', 'hello\n');
  const stick = emptyDisk(folder, 'stick', 64);
  await exec(['mkfs.vfat', '-n', 'PROFILES', stick]);
  await exec(['mcopy', '-i', stick, write('stick.yaml', PROFILE.replace('HOST', 'from-stick')), motd, '::/']);
  const disc = join(folder, 'disc.iso');
  await exec(['xorriso', '-as', 'mkisofs', '-quiet', '-R', '-J', '-V', 'DISC', '-o', disc, write('disc.yaml', PROFILE.replace('HOST', 'from-disc')), motd]);
  const hash = (await buildBases(await labPlan(['domus=[{ name: web1, disks: { root: { size: 2G } }, packages: [nfs-kernel-server, libatomic1, libstdc++6] }]']), ['common', 'domu'], here))('web1');

  const rescue = rescueSystem(await applianceBase(here), [stick, `${join(here.store, hash, 'image')},snapshot=on`], folder, ['-drive', `file=${disc},media=cdrom,readonly=on`]);
  const run = async (script: string): Promise<string> => await outputOf(rescue, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 10 * MINUTE });
  await run('modprobe -a virtio_net ata_piix sr_mod isofs vfat nls_cp437 nls_iso8859-1 nls_ascii nfs nfsv3 nfsv4 nfsd; udevadm settle');
  // The server's tools, and the client's, are in a DomU's base: Xenwright is run in there.
  await run(`mkdir /srv/guest && mount -o noatime /dev/disk/by-id/virtio-real-1 /srv/guest && cd /srv/guest && for at in dev proc sys run mnt; do mount --rbind /$at $at; done
    mkdir -p srv/export/racks && mount -t tmpfs tmpfs srv/export && mkdir srv/export/racks && printf '%s' "${PROFILE.replace('HOST', 'from-nfs')}" >srv/export/racks/p.yaml && echo hello >srv/export/racks/motd && ip link set lo up
    echo '/srv/export 127.0.0.0/8(ro,fsid=0,insecure,no_subtree_check)' >etc/exports`);
  const inside = (words: string): string => `chroot /srv/guest ${words}`;
  const exported = async (source: string): Promise<string> => await run(inside(`/mnt/node /mnt/xenwright.mjs profile export ${source} | grep -e hostname: -e hello -e xenwright -e hint`));
  const mounts = await run('grep -c . /proc/self/mountinfo');

  expect(await exported('label:PROFILES/stick.yaml')).toMatch(/hostname: from-stick[^]*hello/);
  expect(await exported('cdrom:/disc.yaml')).toMatch(/hostname: from-disc[^]*hello/);
  // One that is mounted already is used where it is.
  expect(await run('mkdir -p /media/disc && mount -o ro /dev/sr0 /media/disc && /mnt/node /mnt/xenwright.mjs profile hash cdrom:/disc.yaml && umount /media/disc')).toMatch(/^[0-9a-f]{64}$/m);
  expect(await exported('label:PROFILES/none.yaml')).toBe('');
  expect(await run(inside('/mnt/node /mnt/xenwright.mjs profile hash label:PROFILES/none.yaml'))).toMatch(/no such file[^]*exit code 6/);

  const serve = (nfsd: string): string => inside(`sh -c 'rpcbind -w 2>/dev/null; exportfs -ra && rpc.nfsd ${nfsd} && { pidof rpc.mountd || rpc.mountd; }'`);
  await run(serve('4'));
  expect(await exported('nfs://127.0.0.1/racks/p.yaml')).toMatch(/hostname: from-nfs[^]*hello/);
  await run(inside('rpc.nfsd 0'));
  await run(serve('-N 4 4'));
  expect(await exported('nfs://127.0.0.1/srv/export/racks/p.yaml')).toMatch(/hostname: from-nfs[^]*hello/);
  // A server that is gone is an error in its time, not a process that hangs.
  await run(inside('rpc.nfsd 0'));
  expect(await run(inside('/mnt/node /mnt/xenwright.mjs profile hash nfs://127.0.0.1/srv/export/racks/p.yaml'))).toMatch(/source-unreachable[^]*exit code 6/);
  expect(await run('grep -c . /proc/self/mountinfo')).toBe(mounts);
  await rescue.close();
}, 40 * MINUTE);
