/** What is mounted below a folder, and which processes hold on to it. Read from /proc: no tool needs to be installed. */
import { readFile, readdir, readlink } from 'node:fs/promises';

/** f_type of statfs(2): tmpfs and ramfs. */
export const MEMORY_FILESYSTEMS: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** The file that names all mounts of this process. */
export const MOUNT_TABLE = '/proc/self/mountinfo';

/**
 * One mount. `device`: what stat(2) calls the device of its files, `8:1`; of some filesystems, such as btrfs, it has no
 * other meaning. `source`: a device node, or an export.
 */
export interface Mount {
  readonly device: string;
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** In the order they were mounted (proc_pid_mountinfo(5), octal escapes). */
export function parseMounts(text: string): Mount[] {
  const plain = (word = ''): string =>
    word.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const words = line.split(' ');
      const [type = '', source = '', options = ''] = words.slice(words.indexOf('-', 6) + 1);
      return {
        device: words[2] ?? '',
        root: plain(words[3]),
        point: plain(words[4]),
        type,
        source: plain(source),
        options: options.split(','),
      };
    });
}

/** Mount points at or below a folder. */
export async function mountPointsBelow(folder: string): Promise<string[]> {
  return parseMounts(await readFile(MOUNT_TABLE, 'utf8'))
    .map(({ point }) => point)
    .filter((point) => isInside(point, folder));
}

/** Lines `pid name: what it uses` for processes with something open below the folder. */
export async function processesUsing(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const pid of await pids()) {
    const links = ['root', 'cwd', 'exe', ...(await readdir(`/proc/${pid}/fd`).catch(() => [])).map((fd) => `fd/${fd}`)];
    for (const name of links) {
      const target = await readlink(`/proc/${pid}/${name}`).catch(() => '');
      if (!isInside(target, folder)) continue;
      lines.push(`${pid} ${(await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim()}: ${target}`);
      break;
    }
  }
  return lines;
}

/** Ends processes whose root is below the folder: commands that were run inside a tree, and what they left behind. */
export async function endProcessesInside(folder: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  for (const pid of await pids()) {
    if (!isInside(await readlink(`/proc/${pid}/root`).catch(() => ''), folder)) continue;
    try {
      process.kill(Number(pid), signal);
    } catch {
      // It has ended by itself.
    }
  }
}

async function pids(): Promise<string[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
}

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
