/**
 * Mounts trees under one folder for as long as somebody uses them: nested, counted, taken down in reverse order. A tree
 * gets /dev, /proc, /sys and an empty /run, so that commands can run inside it by chroot.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import insideTree from '../../../assets/build/inside-tree.sh' with { type: 'text' };
import type { ExecOptions, ExecResult } from '../../actions/kind.ts';
import { EXIT, failure } from '../../errors.ts';
import type { TreeSpec } from '../../plan/action.ts';
import { commandLine, quoted } from '../../plan/shell-words.ts';
import { statOrNull } from '../files/files.ts';
import { endProcessesInside, mountPointsBelow, processesUsing } from './mount-table.ts';

type Run = (argv: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

interface Mounted {
  users: number;
  readonly root: string;
  readonly ready: Promise<void>;
  down: Promise<void> | null;
  idle: NodeJS.Timeout | null;
}

/** How long a tree stays mounted after its last user, since the next action usually wants it again. */
const IDLE_MS = 1500;
const DEVICE_WAIT_MS = 20_000;
const UNMOUNT_ROUNDS = 40;
const ROUND_MS = 250;

/**
 * In one go: each process costs its milliseconds, and a run mounts many trees. devtmpfs is one for the whole machine:
 * should a kill leave this mount behind, deleting the folder must not delete /dev.
 */
const KERNEL_MOUNTS =
  'cd "$1"; for at in proc sys dev run; do [ ! -L "$at" ] || { echo "$at is a link" >&2; exit 1; }; done; mkdir -p proc sys dev run; mount -t proc proc "$PWD/proc"; mount -t sysfs sysfs "$PWD/sys"; mount -t devtmpfs devtmpfs "$PWD/dev"; mount -t tmpfs tmpfs "$PWD/run"; mount -o remount,bind,ro "$PWD/dev"';
/** `ROOT PATH-IN-TREE... '' FOLDER...`: what was written reaches the disks. */
const FLUSH = `${insideTree}
root=$1; shift
while at=$1; shift; [ -n "$at" ]; do set -- "$@" "$(inside "$root" "$at")"; done
sync -f "$@"`;
/** Of umount(8): some or all of them failed; what is left is seen in the mount table. */
const UNMOUNT_CODES = [0, 1, 32, 64];

export class Mounts {
  readonly #folder: string;
  readonly #run: Run;
  readonly #left: () => readonly string[];
  readonly #mounted = new Map<string, Mounted>();
  #count = 0;
  #stale: Promise<void> | null = null;

  /**
   * `folder`: where trees are mounted, e.g. /run/xenwright/mnt. Only one run may use it at a time: what it finds there
   * it takes down, as in the folders that `left` names, of runs that were killed.
   */
  constructor(folder: string, run: Run, left: () => readonly string[] = () => []) {
    this.#folder = folder;
    this.#run = run;
    this.#left = left;
  }

  /**
   * Mounts the tree, runs `use` with its root, flushes what it wrote, and lets go of it. Users of one tree at the same
   * time share the mount.
   */
  async withTree<T>(tree: TreeSpec, use: (root: string) => Promise<T>): Promise<T> {
    const key = keyOf(tree);
    let entry = this.#mounted.get(key);
    while (entry?.down) {
      await entry.down.catch(() => undefined);
      entry = this.#mounted.get(key);
    }
    if (entry === undefined) {
      this.#count += 1;
      const root = join(this.#folder, `${tree.domain}-${this.#count}`);
      entry = { users: 0, root, ready: this.#mount(tree, root), down: null, idle: null };
      this.#mounted.set(key, entry);
    }
    const held = entry;
    held.users += 1;
    if (held.idle !== null) clearTimeout(held.idle);
    held.idle = null;
    try {
      await held.ready;
    } catch (error) {
      // What could not be mounted is tried again by the next user.
      if (this.#mounted.get(key) === held) this.#mounted.delete(key);
      throw error;
    }
    try {
      const result = await use(held.root);
      // An action counts as finished only when its writes are on the disk (design §6, journal).
      const backing = tree.mounts.some((mount) => mount.backing !== undefined) ? [`${held.root}.backing`] : [];
      await this.#run(['sh', '-e', '-c', FLUSH, 'sh', held.root, ...tree.mounts.map(({ at }) => at), '', ...backing], {
        timeoutMs: 600_000,
        quiet: true,
      });
      return result;
    } finally {
      held.users -= 1;
      // A tree that stays busy is told by close(); here nobody is left to hear of it.
      if (held.users === 0)
        held.idle = setTimeout(() => {
          this.#takeDown(key, held).catch(() => undefined);
        }, IDLE_MS).unref();
    }
  }

  /** Takes a tree down that has no user any more, and waits for it. Throws `mount-busy` naming who holds on. */
  async letGo(tree: TreeSpec): Promise<void> {
    const key = keyOf(tree);
    const entry = this.#mounted.get(key);
    if (entry === undefined) return;
    if (entry.idle !== null) clearTimeout(entry.idle);
    await (entry.down ?? this.#takeDown(key, entry));
  }

  /**
   * Takes everything down, also what an earlier, killed run left in the folder. Throws `mount-busy` naming who holds
   * on.
   */
  async close(): Promise<void> {
    for (const [key, entry] of [...this.#mounted]) {
      if (entry.idle !== null) clearTimeout(entry.idle);
      await entry.ready.catch(() => undefined);
      await (entry.down ?? this.#takeDown(key, entry)).catch(() => undefined);
    }
    await this.#unmountBelow(this.#folder);
  }

  async #mount(tree: TreeSpec, root: string): Promise<void> {
    this.#stale ??= this.#unmountStale();
    await this.#stale;
    try {
      const lines: string[] = [];
      for (const mount of tree.mounts) {
        const device =
          mount.backing === undefined
            ? mount.device
            : await this.#backed(mount.device, mount.backing, `${root}.backing`);
        if (device.startsWith('/dev/')) await this.#waitFor(device);
        const options = mount.options === undefined ? [] : ['-o', mount.options];
        // What is mounted by then has links of its own.
        lines.push(
          `at=$(inside "$1" ${quoted(mount.at)})`,
          'mkdir -p "$at"',
          `${commandLine(['mount', '-t', mount.type, ...options, device])} "$at"`,
        );
      }
      await this.#run(['sh', '-e', '-c', [insideTree, ...lines, KERNEL_MOUNTS].join('\n'), 'sh', root], {
        timeoutMs: 120_000,
      });
    } catch (error) {
      await this.#unmountBelow(root).catch(() => undefined);
      await this.#unmountBelow(`${root}.backing`).catch(() => undefined);
      throw error;
    }
  }

  /** A volume that is a file: the filesystem it lies on is mounted first, beside the tree. Gives the file's path. */
  async #backed(
    file: string,
    backing: { readonly device: string; readonly at: string },
    folder: string,
  ): Promise<string> {
    await mkdir(folder, { recursive: true });
    if (!(await mountPointsBelow(folder)).includes(folder)) {
      await this.#waitFor(backing.device);
      await this.#run(['mount', backing.device, folder], { timeoutMs: 60_000 });
    }
    return join(folder, file.slice(backing.at.length));
  }

  /** Names under /dev appear a moment after their device: udev makes them. */
  async #waitFor(device: string): Promise<void> {
    const untilMs = Date.now() + DEVICE_WAIT_MS;
    while ((await statOrNull(device)) === null) {
      if (Date.now() > untilMs)
        throw failure('device-missing.device', EXIT.action, { device, seconds: DEVICE_WAIT_MS / 1000 });
      await this.#run(['udevadm', 'settle', '--timeout=5', `--exit-if-exists=${device}`], {
        timeoutMs: 10_000,
        quiet: true,
        okCodes: [0, 1],
      }).catch(() => undefined);
      await pause(100);
    }
  }

  async #unmountStale(): Promise<void> {
    for (const folder of [this.#folder, ...this.#left()]) await this.#unmountBelow(folder);
  }

  async #takeDown(key: string, entry: Mounted): Promise<void> {
    if (entry.users > 0 || entry.down !== null) return;
    entry.down = this.#unmountBelow(entry.root)
      .then(() => this.#unmountBelow(`${entry.root}.backing`))
      .finally(() => {
        this.#mounted.delete(key);
      });
    await entry.down;
  }

  /** Deepest first; a busy mount is tried again for a while: daemons of package scripts end late, or are made to. */
  async #unmountBelow(folder: string): Promise<void> {
    for (let round = 0; round < UNMOUNT_ROUNDS; round++) {
      const points = await mountPointsBelow(folder);
      if (points.length === 0) return;
      if (round === UNMOUNT_ROUNDS / 4) await endProcessesInside(folder, 'SIGTERM');
      if (round === UNMOUNT_ROUNDS / 2) await endProcessesInside(folder, 'SIGKILL');
      await this.#run(['umount', ...points.reverse()], { timeoutMs: 120_000, quiet: true, okCodes: UNMOUNT_CODES });
      if ((await mountPointsBelow(folder)).length > 0) await pause(ROUND_MS);
    }
    const busy = await mountPointsBelow(folder);
    if (busy.length > 0)
      throw failure(
        'mount-busy',
        EXIT.action,
        { path: busy.at(-1) ?? folder },
        { lastLines: await processesUsing(folder) },
      );
  }
}

const keyOf = ({ domain, mounts }: TreeSpec): string => JSON.stringify([domain, mounts]);

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
