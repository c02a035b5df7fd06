/** A real NFS server in a machine of its own, joined to the machine under test by a cable. */
import { join } from 'node:path';
import { freePort } from '../../../src/system/http/free-port.ts';
import { buildBases, labPlan, type Ground } from '../bases.ts';
import { applianceBase, command, outputOf } from './appliance.ts';
import { rescueSystem } from './rescue.ts';

/**
 * `nfsd`: words of rpc.nfsd. `card`: QEMU's arguments for the other end of the cable. `unplug`: the server's end is out
 * for so long.
 */
export interface NfsServer {
  readonly card: readonly string[];
  serve(nfsd: string): Promise<void>;
  unplug(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export const SERVER = '10.9.0.1';
const MINUTE = 60_000;
const [OWN_MAC, OTHER_MAC] = ['52:54:00:00:00:01', '52:54:00:00:00:02'];

/** One end of the cable: frames go as datagrams from port to port. */
const card = (own: number, other: number, mac: string): string[] => [
  '-netdev',
  `socket,id=lan,udp=127.0.0.1:${other},localaddr=127.0.0.1:${own}`,
  '-device',
  `virtio-net-pci,netdev=lan,mac=${mac}`,
];

/**
 * Starts it. `fill`: shell commands that put what is served into `srv/export`, an empty folder; `images`: more disks,
 * `virtio-real-1` and on.
 */
export async function nfsServer(
  folder: string,
  on: Ground,
  fill: string,
  images: readonly string[] = [],
): Promise<NfsServer> {
  // The server's tools are in a DomU's base.
  const hash = (
    await buildBases(
      await labPlan([
        'domus=[{ name: web1, disks: { root: { size: 2G } }, packages: [nfs-kernel-server, libatomic1, libstdc++6] }]',
      ]),
      ['common', 'domu'],
      on,
    )
  )('web1');
  const cable = [await freePort(), await freePort()] as const;
  const server = rescueSystem(
    await applianceBase(on),
    [`${join(on.store, hash, 'image')},snapshot=on`, ...images],
    folder,
    card(cable[0], cable[1], OWN_MAC),
  );
  const run = async (script: string): Promise<string> => {
    const said = await outputOf(server, {
      ...command(`{ ${script}\n} 2>&1 || echo "exit code $?"`),
      timeoutMs: 10 * MINUTE,
    });
    if (said.includes('exit code')) throw new Error(`the NFS server: ${said}`);
    return said;
  };
  const nic = `$(grep -l ${OWN_MAC} /sys/class/net/*/address | cut -d/ -f5)`;
  await run(`set -e; modprobe -a virtio_net nfsd && udevadm settle; ip link set lo up; ip link set ${nic} up; ip addr add ${SERVER}/24 dev ${nic}
    mkdir /srv/guest && mount -o noatime /dev/disk/by-id/virtio-real-0 /srv/guest && cd /srv/guest && for at in dev proc sys run; do mount --rbind /$at $at; done
    mkdir -p srv/export; ${fill}
    echo '/srv/export 10.9.0.0/24(ro,fsid=0,root_squash,no_subtree_check)' >etc/exports`);
  return {
    card: card(cable[1], cable[0], OTHER_MAC),
    serve: async (nfsd) => {
      await run(
        `chroot /srv/guest sh -c 'pidof rpcbind >/dev/null || rpcbind -w; mkdir -p /var/lib/nfs /proc/fs/nfsd; mountpoint -q /proc/fs/nfsd || mount -t nfsd nfsd /proc/fs/nfsd; rpc.nfsd 0; exportfs -ra && rpc.nfsd ${nfsd} && { pidof rpc.mountd >/dev/null || rpc.mountd; }'`,
      );
    },
    unplug: async (seconds) => {
      await run(`ip link set ${nic} down; sleep ${seconds}; ip link set ${nic} up`);
    },
    close: () => server.close(),
  };
}
