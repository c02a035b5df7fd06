/** `domu remove` on this host: refused for one that runs or is used, and what is to stay is kept first. */
import { isDeepStrictEqual } from 'node:util';
import { KEPT_PROFILE } from '../../../facts/host-places.ts';
import { probeRemoved, type RemovedDomu } from '../../../facts/installed-host.ts';
import { ownersOf, readHands } from '../../../facts/xl-owners.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { typeOf } from '../../../plan/storage/devices/table.ts';
import { loadProfile } from '../../../profile/load.ts';
import { readAdded } from '../../../profile/added-domus.ts';
import type { Power } from '../power.ts';
import { stopDomus } from '../stop.ts';
import { readTargets } from '../targets.ts';
import { carryOutChange } from './finish.ts';
import { changeRefused } from './refusal.ts';
import { planForget, planRemove, removedPlaces, type RemovePlan } from './remove-plan.ts';
import { inHand, keptHost, recordedOf, type Subject } from './subject.ts';
import type { ChangeWorld } from './world.ts';

export interface PreparedRemove {
  readonly name: string;
  /** Null: it was removed before, and its disks go now. */
  readonly subject: Subject | null;
  readonly plan: RemovePlan;
}
/** How often a disk that is in use is looked at: what served a guest may take a moment to let go. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 2_000;

/**
 * Changes nothing. Throws `no-such-domu` (exit 2) and `change-refused` (exit 4). `force`: it may run, and is switched
 * off later.
 */
export async function prepareRemove(
  name: string,
  { withData, force }: { readonly withData: boolean; readonly force: boolean },
  power: Power,
): Promise<PreparedRemove> {
  const { port } = power;
  const removed = (await probeRemoved(port)).find((one) => one.name === name);
  const isKnown = (await readTargets(port)).some((target) => target.name === name);
  if (!isKnown && removed !== undefined && withData)
    return { name, subject: null, plan: await forgetting(removed, power) };
  const subject = await recordedOf(name, power);
  if (subject.record.adopted === true)
    throw changeRefused(name, 'adopted', { command: commandLine(['xenwright', 'domu', 'disown', name]) });
  const host = await keptHost(power);
  if (!host.kept.domus.some((domu) => domu.name === name)) throw changeRefused(name, 'record', { path: KEPT_PROFILE });
  const places = removedPlaces(name);
  const left = new Map([
    [places.fragment, await port.read(places.fragment)],
    [places.record, await port.read(places.record)],
  ]);
  const plan = planRemove({
    ...host,
    name,
    withData,
    config: subject.config,
    configPath: subject.record.config,
    record: subject.recordText,
    left: (path) => left.get(path) ?? null,
  });
  const planned = new Set([...plan.lost, ...plan.stays].map(({ device }) => device));
  if (!isDeepStrictEqual(planned, new Set(subject.record.volumes.map(({ device }) => device))))
    throw changeRefused(name, 'record', { path: KEPT_PROFILE });
  if ((await port.list(power.saved)).includes(name))
    throw changeRefused(name, 'saved', { path: `${power.saved}/${name}` });
  await refuseSnapshots(name, plan, power);
  if (!force) await refuseRunning(subject, power);
  return { name, subject, plan };
}

async function forgetting({ name, volumes }: RemovedDomu, power: Power): Promise<RemovePlan> {
  const { kept, keptText, facts } = await keptHost(power);
  const places = removedPlaces(name);
  const fragment = (await power.port.read(places.fragment)) ?? '';
  const { given } = readAdded(keptText, KEPT_PROFILE, loadProfile(fragment, places.fragment));
  const whole = { ...kept, domus: [...kept.domus, ...(given ?? []).filter((domu) => domu.name === name)] };
  return planForget(name, { ...places, volumes: new Set(volumes.map(({ device }) => device)) }, whole, facts);
}

/** They would be lost with their disk, and nobody has said so. */
async function refuseSnapshots(name: string, { change }: RemovePlan, { port }: Power): Promise<void> {
  for (const step of change.steps) {
    if (step.do !== 'drop') continue;
    const { node, under } = step.device;
    const { snapshots, path } = typeOf(node);
    const names = snapshots?.names((await port.run(snapshots.ask(node, under))) ?? '', node) ?? [];
    if (names.length > 0)
      throw changeRefused(name, 'snapshots', { disk: path(node, under), names: { list: names, by: 'comma' } });
  }
}

/** One that restarts is gone for a while, but its xl has it in hand. */
async function refuseRunning({ target, record }: Subject, { port }: Power): Promise<void> {
  const { name, domain } = target;
  const hands = ownersOf(await readHands(port), { name, config: record.config, domain: domain?.number });
  if (domain !== null || hands.length > 0)
    throw changeRefused(name, 'running', { command: commandLine(['xenwright', 'domu', 'stop', name]) });
}

/** Throws `change-refused` where a disk is used, or it still runs; what was begun otherwise is gone on with later. */
export async function carryOutRemove(
  { name, subject, plan }: PreparedRemove,
  power: Power,
  world: ChangeWorld,
): Promise<void> {
  if (subject !== null && subject.target.domain !== null)
    await stopDomus([subject.target], { force: true, seconds: null }, power);
  await inHand(name, world, async () => {
    if (subject !== null) {
      const [now] = (await readTargets(power.port)).filter((target) => target.name === name);
      await refuseRunning({ ...subject, target: now ?? subject.target }, power);
    }
    await refuseUsed(name, plan, power);
    await carryOutChange(plan.change, world);
  });
}

async function refuseUsed(name: string, { lost }: RemovePlan, power: Power): Promise<void> {
  const paths = lost.map(({ device }) => device);
  for (let look = 1; ; look++) {
    const users = await power.usersOf(paths);
    const disk = paths.find((path) => (users.get(path) ?? []).length > 0);
    if (disk === undefined) return;
    if (look >= LOOKS) throw changeRefused(name, 'used', { disk, users: { list: users.get(disk) ?? [], by: 'comma' } });
    await power.sleep(BETWEEN_LOOKS_MS);
  }
}
