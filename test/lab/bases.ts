/**
 * Real bases for tests that run natively, and the means to carry actions out on files. Bases come from the machine's
 * store, or go there.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handlers } from '../../src/actions/table.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { probeFacts } from '../../src/facts/probe.ts';
import type { Executor } from '../../src/actions/kind.ts';
import type { ActionKind, ActionOf, BaseSpec, TreeSpec } from '../../src/plan/action.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { exec } from '../../src/system/process/exec.ts';
import { createLocalExecutor } from '../../src/system/run/local-executor.ts';
import { Mounts } from '../../src/system/disk/mounts.ts';
import { systemProbe } from '../../src/system/process/probe-port.ts';
import { profileOf } from '../plan/host.ts';
import { actionOf } from '../actions/action-of.ts';

export interface Ground {
  readonly folder: string;
  readonly store: string;
  readonly mounts: Mounts;
  readonly executor: Executor;
  readonly log: string[];
  readonly keys: string[];
  act<K extends ActionKind>(kind: K, params: ActionOf<K>['params'], domain?: string): Promise<void>;
  /** The volume of a domain: a file. */
  volume(name: string): string;
  tree(name: string): TreeSpec;
  /** What a command says inside the tree. */
  see(name: string, command: string): Promise<string>;
  clear(): Promise<void>;
}

/** A folder to work in. Trees are files, mounted by loop devices. */
export function ground(options: { readonly secret?: string; readonly store?: string } = {}): Ground {
  const folder = mkdtempSync(join(process.env['XENWRIGHT_LAB'] ?? tmpdir(), 'xw-ground-'));
  const store = options.store ?? process.env['XENWRIGHT_BASES'] ?? '/var/cache/xenwright/bases';
  const mounts = new Mounts(join(folder, 'mnt'), (argv, execOptions) => exec(argv, execOptions));
  const log: string[] = [];
  const keys: string[] = [];
  mkdirSync(join(folder, 'scratch'));
  const executor = createLocalExecutor(
    {
      mounts,
      baseStore: store,
      scratch: join(folder, 'scratch'),
      timeScale: 1,
      secret: async () => options.secret ?? '',
      redact: (text) => text,
    },
    handlers,
    { flush: false },
  );
  const volume = (name: string): string => join(folder, `${name}.img`);
  const tree = (name: string): TreeSpec => ({
    domain: name,
    mounts: [{ device: volume(name), at: '/', type: 'ext4', options: 'loop' }],
  });
  return {
    folder,
    store,
    mounts,
    executor,
    log,
    keys,
    volume,
    tree,
    act: async (kind, params, domain = 'web1') => {
      await executor.run(
        actionOf(kind, params, 'lab', domain),
        {
          output: (stream, text) => {
            log.push(`${stream} ${text}`);
          },
          progress: () => undefined,
          report: (fact) => {
            keys.push(fact.sshHostKey ?? '');
          },
        },
        new AbortController().signal,
      );
    },
    see: async (name, command) =>
      await mounts.withTree(tree(name), async (root) =>
        (await exec(['chroot', root, 'sh', '-c', command])).stdout.trim(),
      ),
    clear: async () => {
      await mounts.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The plan of a host with two DomUs, or of another profile, with this machine's own package sources. */
export async function labPlan(changes: readonly string[] = [], profile?: string): Promise<Plan> {
  const { aptSources } = await probeFacts(systemProbe());
  return buildPlan(
    profileOf(changes, profile),
    imageMachine({ disks: [{ sizeMiB: 65_536 }], seed: '00ff', aptSources }),
  );
}

/**
 * Builds what the plan needs for these roles, common first, and gives the hash of the base that a domain is written
 * from.
 */
export async function buildBases(
  plan: Plan,
  roles: readonly BaseSpec['role'][],
  on: Ground,
): Promise<(domain: string) => string> {
  const builds = plan.actions.flatMap((action) =>
    action.kind === 'base.build' && roles.includes(action.params.base.role) ? [action] : [],
  );
  for (const build of builds.filter((action) => action.params.base.parent === null))
    await on.act('base.build', build.params);
  await Promise.all(
    builds.filter((action) => action.params.base.parent !== null).map((build) => on.act('base.build', build.params)),
  );
  return (domain) => {
    const written = plan.actions.find((action) => action.kind === 'base.write' && action.domain === domain);
    if (written?.kind !== 'base.write') throw new Error(`${domain} is not written from a base`);
    return written.params.hash;
  };
}
