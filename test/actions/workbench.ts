/** A workbench for actions: a folder of its own, a real context, and a record of what was run and reported. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionContext } from '../../src/actions/kind.ts';
import type { SecretRef } from '../../src/plan/action.ts';
import { exec } from '../../src/system/process/exec.ts';
import { createLocalContext } from '../../src/system/run/local-context.ts';
import { Mounts } from '../../src/system/disk/mounts.ts';

export interface Workbench {
  readonly folder: string;
  readonly store: string;
  readonly tree: string;
  readonly context: ActionContext;
  /** Everything that went into the log: commands and output. */
  readonly log: string[];
  readonly reported: { sshHostKey?: string; address?: string }[];
  readonly abort: AbortController;
}

/** `changes` replace parts of the context; trees are the plain folder `tree` unless mounts are wanted. */
export function workbench(
  changes: Partial<ActionContext> = {},
  secrets: Readonly<Record<string, string>> = {},
): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'xw-actions-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [store, scratch, tree] = ['store', 'scratch', 'tree'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [store, scratch, tree]) mkdirSync(path);
  const log: string[] = [];
  const reported: Workbench['reported'] = [];
  const abort = new AbortController();
  const machine = {
    mounts: new Mounts(join(folder, 'mnt'), (argv, options) => exec(argv, options)),
    baseStore: store,
    scratch,
    timeScale: 1,
    secret: async (ref: SecretRef) => secrets[ref.secret] ?? '',
    redact: (text: string) => text,
  };
  const events = {
    output: (stream: string, text: string) => {
      log.push(`${stream} ${text}`);
    },
    progress: () => undefined,
    report: (fact: object) => {
      reported.push(fact);
    },
  };
  const context: ActionContext = {
    ...createLocalContext(machine, 'test', events, abort.signal),
    withTree: async (_tree, use) => await use(tree),
    diskUsers: async () => [],
    ...changes,
  };
  return { folder, store, tree, context, log, reported, abort };
}

export const someTree = { domain: 'web1', mounts: [{ device: '/dev/vg/web1-root', at: '/', type: 'ext4' }] };

export const isRoot = process.getuid?.() === 0;

/**
 * Makes a folder the smallest tree that can run these tools by chroot: they and their libraries, copied from this
 * machine.
 */
export function smallTree(folder: string, tools: readonly string[]): void {
  const script =
    'cd "$1"; shift; mkdir -p proc sys dev run bin var/cache/apt/archives; for tool; do path=$(readlink -f "$(command -v "$tool")"); cp "$path" "bin/$tool"; ldd "$path" | grep -o "/[^ ]*" | xargs cp --parents --dereference --target-directory=.; done';
  execFileSync('sh', ['-e', '-c', script, 'sh', folder, ...tools], { stdio: 'ignore' });
}
