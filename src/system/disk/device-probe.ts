/**
 * What of a disk's users no command tells: who has claimed it, every table of mounts, and what processes have open.
 * Looks only.
 */
import { constants } from 'node:fs';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { DiskProbePort, OpenFile, ProbePort } from '../../facts/probe-port.ts';

/** A dying disk lets an open wait for minutes. */
const CLAIM_LIMIT_MS = 10_000;
/** Programs that give a disk to somebody else; whoever only reads there would read nonsense. */
const HANDS_OUT = /^(qemu|tapdisk|blktap|nbdkit|nbd-server|tgtd)/;
/**
 * Paths that can be block devices or images. Others are not asked for: a file on a server that is gone would be waited
 * for.
 */
const IS_DEVICE = /(^|\/)dev\/|(^|\/)(sd|vd|xvd|hd|nvme|mmcblk|dm-|md|loop|nbd|drbd|zd|bcache|rbd)[a-z0-9_-]*$/;
const NO_DISK = /\/dev\/(null|zero|full|random|urandom|tty|pts\/|ptmx|console|hvc|kmsg|fuse|shm\/|mqueue\/)/;

export const deviceProbe: Omit<DiskProbePort, keyof ProbePort> = {
  device: async (path) => await numberOf(path),

  async claim(path) {
    // Without O_CREAT, O_EXCL is Linux's own: the kernel gives a block device to one opener (open(2)).
    const opened = open(path, constants.O_RDONLY | constants.O_EXCL | constants.O_NONBLOCK).then(
      async (file) => {
        await file.close();
        return 'free' as const;
      },
      (error: NodeJS.ErrnoException) => (error.code === 'EBUSY' ? ('taken' as const) : ('unknown' as const)),
    );
    return await Promise.race([opened, setTimeout(CLAIM_LIMIT_MS, 'silent' as const, { ref: false })]);
  },

  async mountTables() {
    const tables = new Map<number, { pid: number; text: string }>();
    for (const pid of [process.pid, ...(await otherProcesses())]) {
      const space = (await stat(`/proc/${pid}/ns/mnt`).catch(() => null))?.ino;
      if (space === undefined || tables.has(space)) continue;
      const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => null);
      if (text !== null) tables.set(space, { pid, text });
    }
    return [...tables.values()];
  },

  async openFiles() {
    const found = new Map<string, OpenFile>();
    for (const pid of await otherProcesses()) {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => [] as string[]);
      if (names.length === 0) continue;
      const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      for (const name of names) {
        const path = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
        if (
          !path.startsWith('/') ||
          NO_DISK.test(path) ||
          !(HANDS_OUT.test(program) || (await isForWriting(pid, name)))
        )
          continue;
        const device = IS_DEVICE.test(path) ? await numberOf(`/proc/${pid}/fd/${name}`) : null;
        found.set(`${pid} ${path}`, { pid, program, path, device });
      }
    }
    return [...found.values()];
  },
};

async function numberOf(path: string): Promise<string | null> {
  const known = await stat(path).catch(() => null);
  if (known === null || !known.isBlockDevice()) return null;
  return deviceNumber(BigInt(known.rdev));
}

/** The number of a device (`8:16`) as stat(2) has it: glibc's gnu_dev_major and gnu_dev_minor. */
export function deviceNumber(number: bigint): string {
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** `flags` of /proc/PID/fdinfo are octal; the last two bits are 0 for reading only. */
async function isForWriting(pid: number, name: string): Promise<boolean> {
  const flags = /^flags:\s*([0-7]+)/m.exec(await readFile(`/proc/${pid}/fdinfo/${name}`, 'utf8').catch(() => ''))?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) !== 0;
}

async function otherProcesses(): Promise<number[]> {
  return (await readdir('/proc').catch(() => [] as string[]))
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && pid !== process.pid);
}
