/**
 * Mounts trees under one folder for as long as somebody uses them: nested, counted, taken down in reverse order.
 * A tree gets /dev, /proc, /sys and an empty /run, so that commands can run inside it by chroot.
 */
import { readFile } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecOptions, ExecResult } from '../actions/kind.ts';
import type { TreeSpec } from '../plan/action.ts';

type Run = (argv: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

interface Mounted { users: number; readonly root: string; ready: Promise<void>; down: Promise<void> | null; idle: NodeJS.Timeout | null }

/** How long a tree stays mounted after its last user, since the next action usually wants it again. */
const IDLE_MS = 1500;

export class Mounts {
  readonly #folder: string;
  readonly #run: Run;
  readonly #mounted = new Map<string, Mounted>();

  /** `folder`: where trees are mounted, e.g. /run/xenwright/mnt. */
  constructor(folder: string, run: Run) {
    this.#folder = folder;
    this.#run = run;
  }

  /** Mounts the tree, runs `use` with its root, and lets go of it. Users of one tree at the same time share the mount. */
  async withTree<T>(tree: TreeSpec, use: (root: string) => Promise<T>): Promise<T> {
    const key = JSON.stringify([tree.domain, tree.mounts]);
    let entry = this.#mounted.get(key);
    while (entry?.down) {
      await entry.down;
      entry = this.#mounted.get(key);
    }
    if (entry === undefined) {
      const root = join(this.#folder, `${tree.domain}-${this.#mounted.size}`);
      entry = { users: 0, root, ready: this.#mount(tree, root), down: null, idle: null };
      this.#mounted.set(key, entry);
    }
    const held = entry;
    held.users += 1;
    if (held.idle !== null) clearTimeout(held.idle);
    held.idle = null;
    try {
      await held.ready;
      return await use(held.root);
    } finally {
      held.users -= 1;
      if (held.users === 0) held.idle = setTimeout(() => { void this.#takeDown(key, held); }, IDLE_MS).unref();
    }
  }

  /** Takes everything down, also what an earlier, killed run left in the folder. */
  async close(): Promise<void> {
    for (const [key, entry] of [...this.#mounted]) {
      if (entry.idle !== null) clearTimeout(entry.idle);
      await entry.ready.catch(() => undefined);
      await this.#takeDown(key, entry);
    }
    await this.#unmountBelow(this.#folder);
  }

  async #mount(tree: TreeSpec, root: string): Promise<void> {
    await this.#unmountBelow(root);
    try {
      for (const mount of tree.mounts) {
        const at = join(root, mount.at);
        await mkdir(at, { recursive: true });
        await this.#run(['mount', '-t', mount.type, ...(mount.options === undefined ? [] : ['-o', mount.options]), mount.device, at], { timeoutMs: 60_000 });
      }
      for (const [type, at] of [['proc', 'proc'], ['sysfs', 'sys'], ['devtmpfs', 'dev'], ['tmpfs', 'run']] as const) {
        await mkdir(join(root, at), { recursive: true });
        await this.#run(['mount', '-t', type, type, join(root, at)], { timeoutMs: 60_000, quiet: true });
      }
    } catch (error) {
      await this.#unmountBelow(root);
      throw error;
    }
  }

  async #takeDown(key: string, entry: Mounted): Promise<void> {
    if (entry.users > 0 || entry.down !== null) return;
    entry.down = this.#unmountBelow(entry.root).finally(() => { this.#mounted.delete(key); });
    await entry.down;
  }

  /** Deepest first; a busy mount is tried again for a while, since daemons of package scripts end late. */
  async #unmountBelow(folder: string): Promise<void> {
    for (let round = 0; round < 20; round++) {
      const points = await mountPointsBelow(folder);
      if (points.length === 0) return;
      for (const point of points.reverse()) await this.#run(['umount', ...(round > 15 ? ['-l'] : []), point], { timeoutMs: 120_000, quiet: true, okCodes: [0, 1, 32] });
      if ((await mountPointsBelow(folder)).length > 0) await new Promise((resolve) => { setTimeout(resolve, 250); });
    }
  }
}

/** Mount points at or below a folder, in the order they were mounted (proc_pid_mountinfo(5): field 5, octal escapes). */
async function mountPointsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text.split('\n').map((line) => (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    .filter((point) => point === folder || point.startsWith(`${folder}/`));
}
