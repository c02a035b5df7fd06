/** A host with four DomUs whose bases are there: each domain is written, configured and made itself as the plan says. */
import { existsSync, truncateSync, writeFileSync } from 'node:fs';
import type { Plan } from '../../src/plan/plan.ts';
import type { Ground } from '../lab/bases.ts';

export const DOMUS = ['web1', 'web2', 'web3', 'web4'];

/** Its profile. */
export function hostOf(domus: readonly string[]): string {
  return ['version: 1', 'host: { hostname: xen1.example.org, storage: { disks: [{ largest: true }], root: 4G } }', 'domus:', ...domus.map((name) => `  - { name: ${name}, disks: { root: { size: 2G } } }`)].join('\n');
}

/** One domain, onto a file as its volume. */
export async function domainFrom(hash: string, domain: string, plan: Plan, on: Ground): Promise<void> {
  const volume = on.volume(domain);
  if (!existsSync(volume)) writeFileSync(volume, '');
  truncateSync(volume, 2 ** 31);
  await on.act('base.write', { hash, device: volume, in: null, uuid: `11111111-2222-4333-8444-55555555555${DOMUS.indexOf(domain) + 1}`, label: domain });
  for (const action of plan.actions) {
    if (action.domain !== domain) continue;
    if (action.kind === 'tree.files' && action.id.endsWith('/files')) await on.act('tree.files', { ...action.params, tree: on.tree(domain) });
    if (action.kind === 'tree.identity') await on.act('tree.identity', { ...action.params, tree: on.tree(domain) });
  }
}
