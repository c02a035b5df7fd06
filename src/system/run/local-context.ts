/** The action context of this very machine: what handlers get to work with, here or inside the appliance. */
import { noticeText, type TellNotice } from '../../i18n/notices.ts';
import type { ActionContext, ExecutorEvents } from '../../actions/kind.ts';
import { XenwrightError } from '../../errors.ts';
import { treeInMemoryMiB } from '../../facts/work-space.ts';
import { join } from 'node:path';
import type { SecretRef, TreeSpec } from '../../plan/action.ts';
import { usersThatStay } from '../disk/disk-in-use.ts';
import { DEFAULT_TIMEOUT_MS, exec } from '../process/exec.ts';
import { localFiles } from '../files/files.ts';
import { acquireLock } from '../files/lock.ts';
import { localMedia } from '../medium/actions.ts';
import type { Mounts } from '../disk/mounts.ts';
import { treeFolder } from '../files/tree-folder.ts';
import { ownPackage } from '../own-package/own-package.ts';

export interface LocalMachine {
  readonly mounts: Mounts;
  readonly baseStore: string;
  readonly scratch: string;
  /** Watchdogs and command limits are multiplied by this on slow machines. */
  readonly timeScale: number;
  secret(ref: SecretRef): Promise<string>;
  /** Removes the values of secrets that were resolved so far. */
  redact(text: string): string;
}

/** A context for one action on this machine. */
export function createLocalContext(
  machine: LocalMachine,
  id: string,
  events: ExecutorEvents,
  signal: AbortSignal,
): ActionContext {
  const notice: TellNotice = (key, values) => events.output('notice', machine.redact(noticeText(key, values)));
  const run: ActionContext['exec'] = (argv, options = {}) =>
    exec(
      argv,
      { ...options, timeoutMs: (options.timeoutMs ?? DEFAULT_TIMEOUT_MS) * machine.timeScale },
      {
        signal,
        redact: (text) => machine.redact(text),
        onLine: (stream, line) => events.output(stream, line),
        onCommand: (text) => events.output('command', text),
      },
    );
  return {
    id,
    signal,
    exec: run,
    files: localFiles,
    media: localMedia({ notice, progress: (done, total, unit) => events.progress(done, total, unit) }, signal),
    output: (text) => events.output('stdout', machine.redact(text)),
    notice,
    progress: (done, total, unit) => events.progress(done, total, unit),
    secret: (ref) => machine.secret(ref),
    baseStore: machine.baseStore,
    scratch: machine.scratch,
    withTree: (tree, use) => machine.mounts.withTree(fromStore(tree, machine.baseStore), use),
    closeTree: (tree) => machine.mounts.letGo(fromStore(tree, machine.baseStore)),
    tryLock: async (path, what) =>
      await acquireLock(path, what).catch((error: unknown) => {
        if (error instanceof XenwrightError && error.code === 'target-locked') return null;
        throw error;
      }),
    diskUsers: async (disk) => await usersThatStay(disk),
    treeFolder: (folder, base, mayUseMemory) =>
      treeFolder(folder, (availableMiB, promisedMiB) =>
        mayUseMemory ? treeInMemoryMiB(base, availableMiB, promisedMiB) : null,
      ),
    ownPackage: () => ownPackage(machine.baseStore, run),
    report: (fact) => events.report(fact),
  };
}

/** A copy of a base is known by its name in the store. */
function fromStore(tree: TreeSpec, store: string): TreeSpec {
  return {
    ...tree,
    mounts: tree.mounts.map((mount) =>
      mount.isCopy === true ? { ...mount, device: join(store, mount.device, 'image') } : mount,
    ),
  };
}
