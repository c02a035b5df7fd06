/**
 * Needs a virtual machine, since most kernels that tests run under have no vfat, no iso9660 and no NFS: profiles from a
 * labelled volume, an optical disc and a real NFS server (version 4, then 3), and that nothing stays mounted.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exec } from '../../src/system/process/exec.ts';
import { buildBases, ground, labPlan } from './bases.ts';
import { applianceBase, command, emptyDisk, outputOf } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { rescueSystem } from './support/rescue.ts';

const MINUTE = 60_000;
const PROFILE =
  'version: 1\nhost: { hostname: HOST, storage: { disks: [{ largest: true }] }, files: [{ path: /etc/motd, source: motd }] }\n';
const folder = labFolder('sources');
const here = ground();
afterAll(async () => {
  await here.clear();
});

const CARD = 'modprobe -a virtio_net ata_piix sr_mod isofs vfat nls_cp437 nls_iso8859-1 nls_ascii; udevadm settle';
const XENWRIGHT = '/mnt/node /mnt/xenwright.mjs';
const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

type Rescue = ReturnType<typeof rescueSystem>;
const runIn =
  (rescue: Rescue) =>
  async (script: string): Promise<string> =>
    await outputOf(rescue, { ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`), timeoutMs: 10 * MINUTE });
/** What of a profile tells where it came from, and that what stands beside it came too. */
const exporting = (source: string): string =>
  `${XENWRIGHT} profile export ${source} | grep -e hostname: -e hello -e xenwright -e hint`;
const MOUNTS = 'grep -c . /proc/self/mountinfo';

it(
  'profiles come from a labelled volume and a disc, with what stands beside them, and nothing stays mounted',
  async () => {
    const motd = write('motd', 'hello\n');
    const usbDrive = emptyDisk(folder, 'stick', 64);
    await exec(['mkfs.vfat', '-n', 'PROFILES', usbDrive]);
    await exec(['mcopy', '-i', usbDrive, write('stick.yaml', PROFILE.replace('HOST', 'from-stick')), motd, '::/']);
    const disc = join(folder, 'disc.iso');
    await exec([
      'xorriso',
      '-as',
      'mkisofs',
      '-quiet',
      '-R',
      '-J',
      '-V',
      'DISC',
      '-o',
      disc,
      write('disc.yaml', PROFILE.replace('HOST', 'from-disc')),
      motd,
    ]);
    const rescue = rescueSystem(await applianceBase(here), [usbDrive], folder, [
      '-drive',
      `file=${disc},media=cdrom,readonly=on`,
    ]);
    const run = runIn(rescue);
    await run(CARD);
    const mounts = await run(MOUNTS);
    expect(await run(exporting('label:PROFILES/stick.yaml'))).toMatch(/hostname: from-stick[^]*hello/);
    expect(await run(exporting('cdrom:/disc.yaml'))).toMatch(/hostname: from-disc[^]*hello/);
    // One that is mounted already is used where it is.
    expect(
      await run(
        `mkdir -p /media/disc && mount -o ro /dev/sr0 /media/disc && ${XENWRIGHT} profile hash cdrom:/disc.yaml && umount /media/disc`,
      ),
    ).toMatch(/^[0-9a-f]{64}$/m);
    expect(await run(`${XENWRIGHT} profile hash label:PROFILES/none.yaml`)).toMatch(/no such file[^]*exit code 6/);
    expect(await run(MOUNTS)).toBe(mounts);
    await rescue.close();
  },
  20 * MINUTE,
);

it(
  'profiles come from an NFS server, by version 4, and by 3 where there is no other',
  async () => {
    const hash = (
      await buildBases(
        await labPlan([
          'domus=[{ name: web1, disks: { root: { size: 2G } }, packages: [nfs-kernel-server, libatomic1, libstdc++6] }]',
        ]),
        ['common', 'domu'],
        here,
      )
    )('web1');
    const rescue = rescueSystem(await applianceBase(here), [`${join(here.store, hash, 'image')},snapshot=on`], folder);
    const run = runIn(rescue);
    await run('modprobe -a virtio_net nfs nfsv3 nfsv4 nfsd; udevadm settle');
    // The server's tools, and the client's, are in a DomU's base: Xenwright is run in there.
    await run(`mkdir /srv/guest && mount -o noatime /dev/disk/by-id/virtio-real-0 /srv/guest && cd /srv/guest && for at in dev proc sys run mnt; do mount --rbind /$at $at; done
    mkdir -p srv/export && mount -t tmpfs tmpfs srv/export && mkdir srv/export/racks && printf '%s' "${PROFILE.replace('HOST', 'from-nfs')}" >srv/export/racks/p.yaml && echo hello >srv/export/racks/motd && ip link set lo up
    echo '/srv/export 127.0.0.0/8(ro,fsid=0,insecure,no_subtree_check)' >etc/exports`);
    const inside = async (words: string): Promise<string> => await run(`chroot /srv/guest ${words}`);
    const mounts = await run(MOUNTS);
    const serve = async (nfsd: string): Promise<string> =>
      await inside(
        `sh -c 'pidof rpcbind || rpcbind -w; mkdir -p /var/lib/nfs /proc/fs/nfsd; mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd; exportfs -ra && rpc.nfsd ${nfsd} && { pidof rpc.mountd || rpc.mountd; }'`,
      );
    await serve('4');
    expect(await inside(exporting('nfs://127.0.0.1/racks/p.yaml'))).toMatch(/hostname: from-nfs[^]*hello/);
    await inside('rpc.nfsd 0');
    await serve('-N 4 4');
    expect(await inside(exporting('nfs://127.0.0.1/srv/export/racks/p.yaml'))).toMatch(/hostname: from-nfs[^]*hello/);
    // A server that is gone is an error in its time, not a process that hangs.
    await inside('rpc.nfsd 0');
    expect(await inside(`${XENWRIGHT} profile hash nfs://127.0.0.1/srv/export/racks/p.yaml`)).toMatch(
      /source-unreachable[^]*exit code 6/,
    );
    // The server's own file system has come.
    expect(Number(await run(MOUNTS)) - Number(mounts)).toBeLessThanOrEqual(1);
    await rescue.close();
  },
  40 * MINUTE,
);
