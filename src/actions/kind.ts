/** What every kind of action provides. The engine knows kinds by this interface alone. */
import type { TellNotice } from '../i18n/notices.ts';
import type { Message } from '../i18n/phrase.ts';
import type { Affected } from '../medium/copy/affected.ts';
import type { Action, ActionKind, BaseSource, BaseSpec, ActionOf, SecretRef, TreeSpec } from '../plan/action.ts';

/** One command line, as data: what the dry run prints and what the run executes. `input` is described, never shown. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly inputDescription?: string;
  readonly note?: string;
}

export interface ExecOptions {
  /** Bytes for standard input; otherwise it is closed. Never logged. */
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are not failures; default [0]. */
  readonly okCodes?: readonly number[];
  /** Do not copy the output into the log (large or dull); it is still returned. */
  readonly quiet?: boolean;
  /** It goes on to its end when this process is killed: half of what it does is worse than all of it. */
  readonly outlives?: boolean;
}
export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Files of the machine the action runs on. Paths are absolute. Writes are atomic and flushed. */
export interface FilesPort {
  exists(path: string): Promise<boolean>;
  readText(path: string): Promise<string>;
  /**
   * Makes the folders above; `mode` in octal, e.g. '0644'; `owner` is `uid:gid` in numbers or names known to the tree
   * at `root`.
   */
  writeText(path: string, content: string, options?: { readonly mode?: string }): Promise<void>;
  makeDirectory(path: string, mode?: string): Promise<void>;
  makeLink(path: string, target: string): Promise<void>;
  /** Removes a file, a link or a folder with what is in it; no error when absent. */
  remove(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  rename(from: string, to: string): Promise<void>;
  sizeBytes(path: string): Promise<number>;
}

/** A package file that an install takes from a medium: its name among apt's archives, its place on the medium. */
export interface NeededPackage {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
/** Media on the machine the action runs on. */
export interface MediaPort {
  /**
   * Exactly the image's own bytes; `id`: refuses another medium. Unreadable sectors are zeroes in the copy, and no
   * error.
   */
  copy(request: {
    readonly source: string;
    readonly target: string;
    readonly id: string;
  }): Promise<{
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly implanted: 'good' | 'differs' | null;
    readonly badSectors: number;
    readonly affected: readonly Affected[];
  }>;
  /** Files that differ from the sums which the image carries of them. */
  verify(
    path: string,
  ): Promise<{ readonly checked: number; readonly wrong: readonly { readonly path: string; readonly why: Message }[] }>;
  /** Which medium is at a path now, by its content; null where that cannot be read. */
  identify(path: string): Promise<string | null>;
  /** What apt takes from the medium for these packages. `login`: the text of an apt_auth.conf(5) for the other sources. */
  needed(
    path: string,
    sources: readonly BaseSource[],
    packages: readonly string[],
    login: string,
  ): Promise<readonly NeededPackage[]>;
}

/** `release` removes it, also when the run is being stopped; harmless twice. */
export interface TreeFolder {
  readonly path: string;
  readonly isInMemory: boolean;
  release(): Promise<void>;
}

/** A package file with its sum. */
export interface OwnPackage {
  readonly path: string;
  readonly sha256: string;
}

/** What an action may use while it runs. Everything goes through here, so that it can run here or inside the appliance. */
export interface ActionContext {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Runs a command (stdin closed, LC_ALL=C, time limit, output in the log); throws XenwrightError `command-failed`. */
  exec(argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  readonly files: FilesPort;
  readonly media: MediaPort;
  output(text: string): void;
  /**
   * What people should see who watch the run, not only those who read its log: something is waited for, lost, or done
   * in another way.
   */
  readonly notice: TellNotice;
  progress(done: number, total: number, unit: string): void;
  /** Resolves a secret's value; the value must only go to standard input or to a 0600 file. */
  secret(ref: SecretRef): Promise<string>;
  /**
   * Folder of the base store (`<hash>/image`, `<hash>/manifest.json`, …). Read-only on a target that is not the
   * builder.
   */
  readonly baseStore: string;
  /** Scratch folder for trees being built. */
  readonly scratch: string;
  /**
   * Mounts a tree (idempotent, counted) and gives its root path; unmounted when the last user is done and when the run
   * ends.
   */
  withTree<T>(tree: TreeSpec, use: (root: string) => Promise<T>): Promise<T>;
  /** Unmounts a tree that nobody uses, now. Throws `mount-busy` where that cannot be. */
  closeTree(tree: TreeSpec): Promise<void>;
  /**
   * Takes a lock file for as long as this process lives or until released; null when another run has it. `what` is
   * named to people.
   */
  tryLock(path: string, what: string): Promise<{ release(): Promise<void> } | null>;
  /**
   * Who uses a disk or anything on it (mounts of any namespace, guests, processes, …); idle LVM and md do not count,
   * and swap does not: both can be taken back.
   */
  diskUsers(disk: string): Promise<readonly string[]>;
  /**
   * An empty folder for a base's tree, in memory when there is plenty: many small files and their syncs cost a disk
   * most of a build's time.
   */
  treeFolder(folder: string, base: Pick<BaseSpec, 'role' | 'packages'>, mayUseMemory: boolean): Promise<TreeFolder>;
  /**
   * The package of the very program that runs, in the store of bases: made, or taken from the medium, where it is not
   * there yet; its sum is looked at in any case.
   */
  ownPackage(): Promise<OwnPackage>;
  /** Facts worth a `domain.finished` event, e.g. host-key fingerprints. */
  report(fact: { readonly sshHostKey?: string; readonly address?: string }): void;
}

export interface ActionHandler<K extends ActionKind> {
  readonly kind: K;
  /** The commands a person would type for the same effect (for `--format sh` and `--dry-run`). Pure. */
  commands(action: ActionOf<K>): readonly CommandLine[];
  /** Brings about the wanted state; must be safe to run again after being killed half way. */
  apply(action: ActionOf<K>, context: ActionContext): Promise<void>;
}
/** Carries out one action somewhere: in this process, or in the appliance over its wire. */
export interface Executor {
  run(action: Action, events: ExecutorEvents, signal: AbortSignal): Promise<void>;
}
/** Where a line of an action's log comes from; `notice`: from the action itself, for all who watch. */
export type OutputStream = 'stdout' | 'stderr' | 'command' | 'notice';
export interface ExecutorEvents {
  output(stream: OutputStream, text: string): void;
  progress(done: number, total: number, unit: string): void;
  report(fact: { sshHostKey?: string; address?: string }): void;
}
