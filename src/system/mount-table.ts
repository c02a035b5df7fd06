/** What is mounted below a folder, and which processes hold on to it. Read from /proc: no tool needs to be installed. */
import { readFile, readdir, readlink } from 'node:fs/promises';

/** f_type of statfs(2): tmpfs and ramfs. */
export const MEMORY_FILESYSTEMS: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Mount points at or below a folder, in the order they were mounted (proc_pid_mountinfo(5): field 5, octal escapes). */
export async function mountPointsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text.split('\n').map((line) => (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
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
