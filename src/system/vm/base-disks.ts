/**
 * Bases as disks of the appliance. The shared folder of bases is slow (every 512 KiB is a question to the emulator); a
 * disk is read ten times faster. Inside, the disk lies over the folder's file, so that nobody needs to know.
 */
import { join } from 'node:path';
import type { AgentWork } from '../../appliance/agent.ts';
import type { ApplianceLink } from '../../appliance/executor.ts';
import { baseSerial } from '../../appliance/base-disks.ts';
import { exec } from '../process/exec.ts';
import { statOrNull } from '../files/files.ts';
import type { Qmp } from './qmp.ts';

const WAIT_MS = 60_000;
const POLL_MS = 50;

/** Outside: plugs the image of a base in, read-only, once (false where no more disks fit), and unplugs it. */
export function baseDisks(control: Qmp, store: string): Pick<ApplianceLink, 'giveBase' | 'takeBack'> {
  const given = new Map<string, Promise<boolean>>();
  const plug = async (hash: string): Promise<boolean> => {
    const serial = baseSerial(hash);
    try {
      await control.execute('blockdev-add', {
        driver: 'raw',
        'node-name': serial,
        'read-only': true,
        file: { driver: 'file', filename: join(store, hash, 'image'), 'read-only': true },
      });
      await control.execute('device_add', { driver: 'virtio-blk-pci', drive: serial, id: serial, serial });
      return true;
    } catch {
      return false;
    }
  };
  return {
    giveBase: (hash) => once(given, hash, plug),
    async takeBack(hash) {
      if (!given.delete(hash)) return;
      // The guest lets go of it in its own time; where it does not, the disk stays, and is in nobody's way.
      await control.execute('device_del', { id: baseSerial(hash) }).catch(() => undefined);
    },
  };
}

/** Inside: mounts the disk over the base's image in `store`. Without the disk, the folder's own file serves. */
export function takenBaseDisks(store: string): Pick<AgentWork, 'takeBase' | 'leaveBase'> {
  const taken = new Map<string, Promise<void>>();
  const take = async (hash: string): Promise<void> => {
    const device = `/dev/disk/by-id/virtio-${baseSerial(hash)}`;
    for (const untilMs = Date.now() + WAIT_MS; (await statOrNull(device)) === null;) {
      if (Date.now() > untilMs) return;
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
    await exec(['mount', '--bind', device, join(store, hash, 'image')], { quiet: true });
  };
  return {
    takeBase: (hash) => once(taken, hash, take),
    async leaveBase(hash) {
      if (taken.delete(hash))
        await exec(['umount', join(store, hash, 'image')], { quiet: true, okCodes: [0, 32] }).catch(() => undefined);
    },
  };
}

/** Who asks while it is done, and after, gets what came of it. */
function once<T>(done: Map<string, Promise<T>>, hash: string, work: (hash: string) => Promise<T>): Promise<T> {
  const known = done.get(hash) ?? work(hash);
  done.set(hash, known);
  return known;
}
