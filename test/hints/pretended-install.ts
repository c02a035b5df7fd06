/**
 * What the tests of an install's hints run: `install` itself, with its state, journal, lock and image; only the actions
 * are pretended. The commands that it prints are typed as they stand. Imported first, so that what is mocked here is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, vi } from 'vitest';
import { install } from '../../src/commands/install/run.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { XenwrightError } from '../../src/errors.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Action } from '../../src/plan/action.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';
import { typed, wordsOf } from './hint.ts';

/** What the actions do, set by each test. */
export const pretended: {
  /** What an action meets; null: nothing. */
  fault: ((action: Action) => unknown) | null;
  /** Actions that were run. */
  ran: string[];
  /** The machine. */
  facts: Facts;
} = { fault: null, ran: [], facts: imageFacts() };
const target = {
  executor: {
    run: async (action: Action) => {
      pretended.ran.push(action.id);
      const met = pretended.fault?.(action);
      if (met !== undefined && met !== null && met !== false) throw met;
    },
  },
  close: async () => undefined,
};

vi.mock('../../src/system/run/install-targets.ts', async (original) => ({
  ...(await original<object>()),
  localMachine: async () => target,
  applianceTarget: () => target,
}));
// What is printed is read from where other consoles get it.
vi.mock('../../src/system/process/output.ts', async (original) => ({
  ...(await original<object>()),
  openOutput: () => ({ write: () => undefined, close: async () => undefined }),
}));
vi.mock('../../src/install/target-facts.ts', async (original) => ({
  ...(await original<object>()),
  targetFacts: async () => pretended.facts,
}));
vi.mock('../../src/install/tools.ts', () => ({
  toolsToLook: async () => undefined,
  toolsToBuild: async () => undefined,
  toolsToRead: async () => undefined,
}));
vi.mock('../../src/install/finish-machine.ts', () => ({
  finishMachine: async () => undefined,
  endAfterFailure: async () => undefined,
}));
vi.mock('../../src/system/disk/work-space.ts', async (original) => ({
  ...(await original<object>()),
  workspace: async () => undefined,
  leaveWorkspace: async () => undefined,
}));
// Nothing is formatted, so nothing can be mounted.
vi.mock('../../src/system/disk/target-copy.ts', async (original) => ({
  ...(await original<object>()),
  copyPlace: () => null,
}));

export const folder = mkdtempSync(join(tmpdir(), 'xw hints-'));
export const image = join(folder, 'host.img');
export const state = join(folder, 'state');
const isRoot = process.getuid?.() === 0;
export const ownDisks = isRoot ? null : 'only root can lock a disk of this machine';
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  Object.assign(pretended, { fault: null, ran: [], facts: imageFacts() });
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  for (const path of [image, `${image}.xenwright`, state, `${state}-anew`, `${state}.before`])
    rmSync(path, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

export interface Ended {
  readonly code: number;
  readonly printed: string;
  readonly err: string;
  /** What it says to go on with. */
  readonly goOn: string;
}

export async function run(
  options: Partial<InstallOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  let [printed, err] = ['', ''];
  const code = await install(
    ['p.yaml'],
    {
      image: [image],
      set: [],
      ui: 'plain',
      mirror: (text) => {
        printed += text;
      },
      ...options,
    },
    {
      readText: async (source) => files[source] ?? minimalText,
      out: () => undefined,
      err: (text) => {
        err += text;
      },
      interactive: false,
    },
  );
  return { code, printed, err, goOn: /^Go on with: (.*)$/m.exec(printed)?.[1] ?? '' };
}

/** Types a command of install or of the shell. */
export async function type(command: string): Promise<Ended | null> {
  const [program, verb, ...words] = wordsOf(command);
  if (program !== 'xenwright') {
    typed(command);
    return null;
  }
  expect([verb, words[0]]).toEqual(['install', 'p.yaml']);
  const after = (name: string): string[] => words.flatMap((word, index) => (words[index - 1] === name ? [word] : []));
  expect(
    words.filter((word) => word.startsWith('--') && !['--set', '--image', '--state', '--resume'].includes(word)),
  ).toEqual([]);
  const [named] = after('--state');
  return await run({
    image: after('--image'),
    set: after('--set'),
    resume: words.includes('--resume'),
    ...(named === undefined ? {} : { state: named }),
  });
}
/** Options of an install onto the disks of this machine. */
export const onOwnDisks = (): Partial<InstallOptions> => {
  pretended.facts = { ...imageFacts(), kind: 'machine' };
  return { image: [], state };
};
/** An error that stops an action. */
export const met =
  (code: string, exit = 5, at = 'host/disk/partition') =>
  (action: Action): unknown =>
    action.id === at && new XenwrightError({ code, exit, message: `${code} is met` });
