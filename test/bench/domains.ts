/**
 * A host with four DomUs whose bases are there: each domain is written, configured and made itself, by the engine and
 * as the plan says.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPlan } from '../../src/engine/run.ts';
import type { Action } from '../../src/plan/action.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { budgets } from '../../src/system/run/install-targets.ts';
import { openState } from '../../src/system/run/state.ts';
import type { Ground } from '../lab/bases.ts';

export const DOMUS = ['web1', 'web2', 'web3', 'web4'];

/** Its profile. */
export function hostOf(domus: readonly string[]): string {
  return [
    'version: 1',
    'host: { hostname: xen1.example.org, storage: { disks: [{ largest: true }], root: 4G } }',
    'domus:',
    ...domus.map((name) => `  - { name: ${name}, disks: { root: { size: 2G } } }`),
  ].join('\n');
}

/** The action onto files as volumes; null for what takes a disk or a boot loader. */
function onFiles(action: Action, on: Ground): Action | null {
  const { domain } = action;
  if (action.kind === 'base.write')
    return { ...action, params: { ...action.params, device: on.volume(domain), in: null } };
  if (action.kind === 'tree.files' && action.id.endsWith('/files'))
    return { ...action, params: { ...action.params, tree: on.tree(domain) } };
  if (action.kind === 'tree.identity') return { ...action, params: { ...action.params, tree: on.tree(domain) } };
  return null;
}

/** The domains of the plan, each onto its file, with the budgets, the journal and the events of a real run. */
export async function writeDomains(plan: Plan, on: Ground): Promise<void> {
  const kept = plan.actions.flatMap((action) => onFiles(action, on) ?? []);
  const ids = new Set(kept.map(({ id }) => id));
  for (const domain of new Set(kept.map((action) => action.domain))) {
    const volume = on.volume(domain);
    if (!existsSync(volume)) writeFileSync(volume, '');
    truncateSync(volume, 2 ** 31);
  }
  const state = await openState(mkdtempSync(join(on.folder, 'run-')));
  const { executor } = on;
  const outcome = await runPlan({
    plan: {
      ...plan,
      actions: kept.map((action) => ({ ...action, needs: action.needs.filter((need) => ids.has(need)) })),
    },
    executors: { builder: executor, target: executor },
    journal: state.journal,
    consumers: [
      (event) => {
        state.writeEvent(event);
      },
    ],
    signal: new AbortController().signal,
    budgets: budgets(undefined),
    resume: false,
    timeScale: 1,
    newRunId: randomUUID,
  });
  await on.mounts.close();
  const { events } = await state.texts();
  await state.close();
  if (outcome.exit !== 0)
    throw new Error(
      `the run ended with ${outcome.exit}: ${events
        .split('\n')
        .filter((line) => line.includes('"failed"'))
        .join('\n')}`,
    );
}
