/**
 * From the plan of a whole host to that of DomUs which are added to it: a list of what may run, not of what may not.
 * Nothing of the host, of Dom0 or of other DomUs is in it, and every device that is written is a volume of the DomUs
 * themselves. Pure.
 */
import type { Action, ActionKind } from './action.ts';
import { planHash } from './canonical.ts';
import type { Plan } from './plan.ts';
import { pathOf, typeOf } from './storage/devices/table.ts';
import { downFrom, nodesOf, type StorageGraph } from './storage/graph.ts';

/**
 * What a DomU is made of. Disks, partitions, volume groups, media and boot loaders are the host's, and never appear
 * here.
 */
const KINDS: ReadonlySet<ActionKind> = new Set([
  'storage.make',
  'storage.open',
  'volume.wipe',
  'base.write',
  'tree.files',
  'tree.identity',
  'tree.commands',
  'domu.kernel',
  'domu.boot-volume',
]);

/**
 * `plan`: of the whole host with these DomUs. Throws where an action of theirs would reach beyond them: a fault of the
 * planner.
 */
export function planOfAdded(plan: Plan, names: readonly string[]): Plan {
  const byId = new Map(plan.actions.map((action) => [action.id, action]));
  const own = plan.actions.filter(({ domain, kind }) => names.includes(domain) && kind !== 'base.build');
  for (const action of own) refuseStranger(action, plan);
  const bases = basesOf(own, byId);
  const taken = new Set([...own.map(({ id }) => id), ...bases.keys()]);
  const actions = plan.actions
    .filter(({ id }) => taken.has(id))
    .map((action): Action => ({
      ...action,
      domain: bases.get(action.id) ?? action.domain,
      // What the others had to do first is done: the host is there.
      needs: action.needs.filter((need) => taken.has(need)),
    }));
  const { hash: _whole, ...rest } = plan;
  const body = {
    ...rest,
    target: 'machine' as const,
    actions,
    ...graphOf(plan, names),
    bridges: plan.bridges
      .map((bridge) => ({ ...bridge, ports: bridge.ports.filter(({ domu }) => names.includes(domu)) }))
      .filter(({ ports }) => ports.length > 0),
  };
  return { ...body, hash: planHash(body) };
}

/** Their own devices are new; what they stand on is the host's, and is kept. */
function graphOf(plan: Plan, names: readonly string[]): StorageGraph {
  const own = plan.nodes.filter(({ domain }) => names.includes(domain));
  const below = new Set(own.flatMap(({ id }) => downFrom(plan, id)).map(({ id }) => id));
  return {
    nodes: plan.nodes
      .filter(({ id }) => below.has(id))
      .map((node) => (own.includes(node) ? node : { ...node, origin: 'kept' as const })),
    volumes: plan.volumes.filter(({ domain }) => names.includes(domain)),
    bootSets: [],
  };
}

/** The builds that these actions wait for, and those that these wait for, each with the first DomU that wants it. */
function basesOf(own: readonly Action[], byId: ReadonlyMap<string, Action>): Map<string, string> {
  const found = new Map<string, string>();
  const take = (ids: readonly string[], domain: string): void => {
    for (const id of ids) {
      const need = byId.get(id);
      if (need?.kind !== 'base.build' || found.has(id)) continue;
      found.set(id, domain);
      take(need.needs, domain);
    }
  };
  for (const { needs, domain } of own) take(needs, domain);
  return found;
}

function refuseStranger(action: Action, plan: Plan): void {
  const fault = (what: string): Error => new Error(`${action.id} of the plan reaches beyond ${action.domain}: ${what}`);
  if (!KINDS.has(action.kind)) throw fault(`it is a ${action.kind}`);
  const own = new Set(nodesOf(plan, action.domain).map((node) => pathOf(plan, node)));
  const stranger = writtenTo(action).find((path) => !own.has(path));
  if (stranger !== undefined) throw fault(`${stranger} is no device of it`);
  if (action.kind === 'tree.commands' && action.params.tree === null)
    throw fault('its commands would run in this system');
  if (!('tree' in action.params) || action.params.tree?.domain !== 'dom0') return;
  if (action.kind === 'tree.identity') throw fault('it is the identity of Dom0');
  if (action.kind === 'tree.commands' && action.id !== `${action.domain}/filesystems`)
    throw fault('its commands would run in Dom0');
  if (action.kind !== 'tree.files') return;
  const other = [...action.params.files, ...action.params.links, ...action.params.directories]
    .map(({ path }) => path)
    .concat(action.params.remove)
    .find((path) => !path.endsWith(`/${action.domain}.cfg`) && path !== `/etc/xenwright/domus/${action.domain}.json`);
  if (other !== undefined) throw fault(`${other} is Dom0's own`);
}

/** Devices that an action makes, overwrites or mounts. Dom0's own tree is looked at by what is done in it. */
function writtenTo(action: Action): string[] {
  const tree = 'tree' in action.params ? action.params.tree : 'from' in action.params ? action.params.from : null;
  if (tree !== null && typeof tree === 'object' && 'mounts' in tree && tree.domain !== 'dom0')
    return tree.mounts.map(({ device }) => device);
  switch (action.kind) {
    case 'storage.make':
    case 'storage.open':
      return [typeOf(action.params.node).path(action.params.node, action.params.under)];
    case 'volume.wipe':
    case 'base.write':
    case 'domu.boot-volume':
      return [action.params.device];
    default:
      return [];
  }
}
