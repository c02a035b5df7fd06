/** Profile × facts → plan. Pure: the same inputs give the same plan and the same hash. */
import type { Facts } from '../facts/facts.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { keptSecrets } from '../profile/kept.ts';
import { withBlanks } from '../profile/secret-texts.ts';
import type { Action } from './action.ts';
import { planBases } from './bases.ts';
import { buildModel } from './build-model.ts';
import { planHash } from './canonical.ts';
import { XEN_OVERHEAD_MIB } from './defaults.ts';
import type { HostModel } from './model.ts';
import type { Plan } from './plan.ts';
import { dom0Actions, sumMs } from './sections/section-dom0.ts';
import { domuActions } from './sections/section-domu.ts';
import { dropAction } from './sections/section-copy.ts';
import { isFromCopy, mediumActions } from './sections/section-medium.ts';
import { storageActions } from './sections/section-storage.ts';
import { action } from './sections/sections.ts';
import { withSecretTexts } from './secret-text.ts';
import type { StoragePlan } from './storage/storage.ts';
import { dom0TreeSpec } from './sections/tree-specs.ts';

/** Builds the plan. Throws XenwrightError (exit 4) when this machine cannot carry the host. */
export function buildPlan(profile: EffectiveProfile, facts: Facts): Plan {
  const { model, storage } = buildModel(withBlanks(profile), facts);
  const bases = planBases(model);
  const { early } = model.profile.host.commands;
  const first: Action[] =
    bases.appliance === null
      ? []
      : [
          action(
            'appliance.start',
            'host/appliance',
            'host',
            { id: 'startAppliance' },
            [bases.appliance.actionId],
            {},
            { everyRun: true },
          ),
        ];
  if (early.length > 0)
    first.push(
      action(
        'tree.commands',
        'host/early',
        'host',
        { id: 'early' },
        first.map(({ id }) => id),
        { tree: null, commands: early },
        { timeoutMs: sumMs(early) },
      ),
    );
  const disks = storageActions(
    model,
    storage,
    first.map(({ id }) => id),
  );
  const medium = mediumActions(model, storage, bases.builds);
  const dom0 = dom0Actions(model, storage, bases.dom0);
  const actions: Action[] = [
    // A copy that bases are built from comes before them.
    ...(isFromCopy(model)
      ? [...first, ...disks, ...medium, ...bases.builds]
      : [...bases.builds, ...first, ...disks, ...medium]),
    ...dom0.actions,
    ...model.domus.flatMap((domu) =>
      domuActions(model, storage, domu, bases.domus.get(domu.settings.name) ?? bases.dom0, dom0.configured),
    ),
  ];
  actions.push(...finishActions(model, actions));
  const body = { version: 1 as const, ...summary(model, storage), actions: actions.map(withSecretTexts) };
  return { ...body, hash: planHash(body) };
}

/** The host is whole: its marker, and nothing left beside it. */
function finishActions(model: HostModel, actions: readonly Action[]): Action[] {
  const kept = keptSecrets(model.profile);
  const finish = action('host.finish', 'host/finish', 'host', { id: 'finish' }, lastIds(actions), {
    tree: dom0TreeSpec(model),
    host: model.profile.host.hostname,
    profile: { secret: 'profile' },
    ...(kept.length === 0 ? {} : { secrets: kept.map(({ path, secret }) => ({ path, content: { secret } })) }),
  });
  const drop = dropAction(actions, finish.id);
  return drop === null ? [finish] : [finish, drop];
}

/** Actions that nothing else waits for: the end of each chain. */
function lastIds(actions: readonly Action[]): string[] {
  const needed = new Set(actions.flatMap(({ needs }) => needs));
  return actions.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
}

function summary(model: HostModel, storage: StoragePlan): Omit<Plan, 'version' | 'hash' | 'actions'> {
  const { host } = model.profile;
  return {
    hostname: host.hostname,
    distribution: host.distribution,
    release: host.release,
    hypervisor: host.hypervisor,
    target: model.facts.kind,
    ...storage.graph,
    bridges: model.bridges.map((bridge) => bridgeSummary(bridge, model.domus)),
    memory: memorySummary(model),
  };
}

function bridgeSummary(
  { settings, uplinks, mac }: HostModel['bridges'][number],
  domus: HostModel['domus'],
): Plan['bridges'][number] {
  return {
    name: settings.name,
    mode: settings.mode,
    uplinks: uplinks.map((uplink) => uplink.name),
    vlan: settings.vlan,
    mac,
    addresses: [...settings.addresses],
    gateways: [...settings.gateways],
    guests: [...(settings.guests?.addresses ?? [])],
    ports: domus.flatMap((domu) =>
      domu.settings.network.flatMap((nic, index) =>
        nic.bridge === settings.name
          ? [{ domu: domu.settings.name, mac: domu.macs[index] ?? '', addresses: [...nic.addresses] }]
          : [],
      ),
    ),
  };
}

function memorySummary({ profile: { host, domus }, facts, dom0MemoryMiB }: HostModel): Plan['memory'] {
  const totalMiB = facts.memoryMiB;
  const dom0MiB = host.hypervisor === 'xen' ? dom0MemoryMiB : totalMiB;
  const xenMiB = host.hypervisor === 'xen' ? XEN_OVERHEAD_MIB : 0;
  const guests = domus.map(({ name, memoryMiB }) => ({ name, memoryMiB }));
  return {
    totalMiB,
    xenMiB,
    dom0MiB,
    domus: guests,
    freeMiB: totalMiB - xenMiB - dom0MiB - guests.reduce((sum, guest) => sum + guest.memoryMiB, 0),
  };
}
