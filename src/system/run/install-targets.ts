/** Where actions run: this machine, or the appliance with the images as its disks. */
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Executor } from '../../actions/kind.ts';
import type { Budgets } from '../../engine/resources.ts';
import { ApplianceExecutor } from '../../appliance/executor.ts';
import type { Plan } from '../../plan/plan.ts';
import { startAppliance } from '../vm/appliance.ts';
import { exec } from '../process/exec.ts';
import { createLocalExecutor, type HandlerTable } from './local-executor.ts';
import { claimOwn } from '../files/own-files.ts';
import { openStore } from '../files/own-store.ts';
import { Mounts } from '../disk/mounts.ts';
import type { Secrets } from '../trust/secrets.ts';

/** Bases are shared by all runs of this machine. */
export const BASES_FOLDER = process.env['XENWRIGHT_BASES'] ?? '/var/cache/xenwright/bases';
/** Beside the bases: whoever names another folder for them means this, too. */
export const SCRATCH_FOLDER =
  process.env['XENWRIGHT_BASES'] === undefined ? '/var/cache/xenwright/scratch' : join(BASES_FOLDER, 'scratch');
const RUN_FOLDER = '/run/xenwright';
const APPLIANCE_MEMORY_MIB = 2048;

/** The folders that bases are built in and kept in. */
export interface Workspace {
  readonly bases: string;
  readonly scratch: string;
}

export interface Target {
  readonly executor: Executor;
  close(): Promise<void>;
}

/** This machine, for building bases and for its own disks. Throws `folder-unsafe` (exit 4). */
export async function localMachine(
  secrets: Secrets,
  handlers: HandlerTable,
  hasDisks: boolean,
  place: Workspace = { bases: BASES_FOLDER, scratch: SCRATCH_FOLDER },
): Promise<Target> {
  // Runs into images mount no disks here; they may go on side by side.
  const mounts = hasDisks
    ? new Mounts(`${RUN_FOLDER}/mnt`, (argv, options) => exec(argv, options))
    : new Mounts(`${RUN_FOLDER}/mnt-${process.pid}`, (argv, options) => exec(argv, options), ofKilledRuns);
  await openStore(place);
  const executor = createLocalExecutor(
    {
      mounts,
      baseStore: place.bases,
      scratch: place.scratch,
      timeScale: 1,
      secret: (ref) => secrets.resolve(ref),
      redact: (text) => secrets.redact(text),
    },
    handlers,
    { flush: hasDisks },
  );
  return { executor, close: () => mounts.close() };
}

/** A copy that a killed run has left mounted must not be mounted twice. */
function ofKilledRuns(): string[] {
  const names = existsSync(RUN_FOLDER) ? readdirSync(RUN_FOLDER) : [];
  return names.flatMap((name) => {
    const pid = /^mnt-(\d+)$/.exec(name)?.[1];
    return pid === undefined || existsSync(`/proc/${pid}`) ? [] : [join(RUN_FOLDER, name)];
  });
}

/** The appliance, booted at the first action that is meant for it. */
export function applianceTarget(
  plan: Plan,
  images: readonly string[],
  stateFolder: string,
  secrets: Secrets,
  medium?: string,
): Target {
  const hash = plan.actions.flatMap((action) =>
    action.kind === 'base.build' && action.params.base.role === 'appliance' ? [action.params.hash] : [],
  )[0];
  if (hash === undefined) throw new Error('the plan has no appliance');
  const isCopied = plan.actions.some(({ kind }) => kind === 'medium.copy');
  const executor = new ApplianceExecutor(
    async () =>
      await startAppliance({
        store: BASES_FOLDER,
        hash,
        images,
        ...(isCopied && medium !== undefined ? { medium } : {}),
        memoryMiB: APPLIANCE_MEMORY_MIB,
        transcript: await claimOwn(join(stateFolder, 'appliance-console.log')),
      }),
    (ref) => secrets.resolve(ref),
  );
  return { executor, close: () => executor.close() };
}

/** Budgets of this machine; `jobs` limits how many actions run at once. */
export function budgets(jobs: string | undefined): Budgets {
  return { cpu: Math.max(2, availableParallelism()), disk: 2, network: 3, jobs: jobs === undefined ? 8 : Number(jobs) };
}
