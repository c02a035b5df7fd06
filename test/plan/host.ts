/** Profiles and machines for tests of the plan, made the way a run makes them. */
import { readFileSync } from 'node:fs';
import type { Facts } from '../../src/facts/facts.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import type { Action, ActionKind, ActionOf } from '../../src/plan/action.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { loadProfile } from '../../src/profile/load.ts';

const PROFILE = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 4G, swap: 512M, cache: 2G, boot: 512M }
  admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
domus:
  - { name: web1, memory: 512M, disks: { root: { size: 2G }, swap: 256M, data: [{ name: srv, size: 1G, mount: /srv }] }, health: [{ tcp: 22 }, { unit: ssh }] }
  - { name: db1, type: pv, memory: 512M, disks: { root: { size: 2G }, swap: 0 }, autostart: false }
`;

/** `changes` are `--set` words, e.g. `host.storage.layout=plain`. */
export function profileOf(changes: readonly string[] = [], text = PROFILE): EffectiveProfile {
  const { profile, findings } = loadProfile(text, 'profile.yaml', changes);
  if (profile === null) throw new Error(JSON.stringify(findings));
  return profile;
}

/** The machine an image of this size is made for. */
export function imageFacts(sizeMiB = 65_536, seed = '00ff'): Facts {
  return imageMachine({ disks: [{ sizeMiB }], seed, aptSources: { mirrors: [] } });
}

/** A captured machine of test/machines. */
export function machineFacts(name: string): Facts {
  return JSON.parse(readFileSync(new URL(`../machines/${name}.json`, import.meta.url), 'utf8')) as Facts;
}

export function planOf(changes: readonly string[] = [], facts: Facts = imageFacts()): Plan {
  return buildPlan(profileOf(changes), facts);
}

/** The one action with this id; fails when it is not there. */
export function find<K extends ActionKind>(plan: Plan, kind: K, id: string): ActionOf<K> {
  const found = plan.actions.find((action): action is Action & ActionOf<K> => action.kind === kind && action.id === id);
  if (found === undefined)
    throw new Error(`no ${kind} ${id} among ${plan.actions.map((action) => action.id).join(' ')}`);
  return found;
}

/** Everything an action waits for, directly or not. */
export function allNeeds(plan: Plan, id: string): Set<string> {
  const byId = new Map(plan.actions.map((action) => [action.id, action]));
  const seen = new Set<string>();
  const visit = (one: string): void => {
    for (const need of byId.get(one)?.needs ?? [])
      if (!seen.has(need)) {
        seen.add(need);
        visit(need);
      }
  };
  visit(id);
  return seen;
}
