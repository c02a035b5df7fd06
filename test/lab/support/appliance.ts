/** An appliance for lab tests: built like every other, with empty disks, its transcript under test/artifacts. */
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { ApplianceExecutor } from '../../../src/appliance/executor.ts';
import type { Action } from '../../../src/plan/action.ts';
import { hashOf } from '../../../src/plan/canonical.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { actionOf } from '../../actions/action-of.ts';
import { startAppliance } from '../../../src/system/vm/appliance.ts';
import { buildBases, ground, labPlan, type Ground } from '../bases.ts';
import { BUNDLE } from './cli.ts';

export interface ApplianceBase {
  readonly store: string;
  readonly hash: string;
}

/** Builds the appliance of the lab's plan, or takes it from the store. `more`: Debian packages that it has besides. */
export async function applianceBase(on: Ground = ground(), more: readonly string[] = []): Promise<ApplianceBase> {
  const plan = withPackages(await labPlan(), more);
  await buildBases(plan, ['common', 'appliance'], on);
  const build = plan.actions.find((action) => action.kind === 'base.build' && action.params.base.role === 'appliance');
  if (build?.kind !== 'base.build') throw new Error('the plan builds no appliance');
  return { store: on.store, hash: build.params.hash };
}

function withPackages(plan: Plan, more: readonly string[]): Plan {
  if (more.length === 0) return plan;
  const actions = plan.actions.map((action) => {
    if (action.kind !== 'base.build' || action.params.base.role !== 'appliance') return action;
    const base = { ...action.params.base, packages: [...new Set([...action.params.base.packages, ...more])].sort() };
    return { ...action, params: { ...action.params, base, hash: hashOf(base) } };
  });
  return { ...plan, actions };
}

/** A sparse file of this size; what was there is gone. */
export function emptyDisk(folder: string, name: string, sizeMiB: number): string {
  const path = join(folder, `${name}.img`);
  const file = openSync(path, 'w');
  ftruncateSync(file, sizeMiB * 1024 * 1024);
  closeSync(file);
  return path;
}

/** An executor with these images as its disks; it boots at the first action. */
export function applianceOn(
  { store, hash }: ApplianceBase,
  images: readonly string[],
  folder: string,
  secret = '',
): ApplianceExecutor {
  return new ApplianceExecutor(
    () =>
      startAppliance({
        store,
        hash,
        images,
        memoryMiB: 1024,
        transcript: join(folder, 'appliance-console.log'),
        program: BUNDLE,
      }),
    async () => secret,
  );
}

export function command(run: string, id = 'command', timeoutMs = 120_000): Action {
  return actionOf('tree.commands', { tree: null, commands: [{ run, timeoutMs, onError: 'fail' }] }, id);
}

/** Runs an action and gives what it said on standard output. */
export async function outputOf(
  executor: ApplianceExecutor,
  action: Action,
  signal = new AbortController().signal,
): Promise<string> {
  const lines: string[] = [];
  await executor.run(
    action,
    {
      output: (stream, text) => {
        if (stream === 'stdout' || stream === 'notice') lines.push(text);
      },
      progress: () => undefined,
      report: () => undefined,
    },
    signal,
  );
  return lines.join('\n');
}
