/** `domu set` on this host: looked at as a whole, then changed as a whole, then applied to the domain that runs. */
import { DOMU_RECORDS, KEPT_PROFILE } from '../../../facts/host-places.ts';
import { probeHostNow } from '../../../facts/installed-host.ts';
import type { Finding } from '../../../check/finding.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { buildPlan } from '../../../plan/build-plan.ts';
import { poolName, poolNow } from '../places.ts';
import type { Power } from '../power.ts';
import { carryOutChange } from './finish.ts';
import { carryOutOnline, insideCommands, noticeGrown, onlineOf, type Online } from './online.ts';
import { changeRefused } from './refusal.ts';
import { planAdoptedSet } from './adopted-set.ts';
import { planSet, type SetPlan } from './set-plan.ts';
import { inHand, keptHost, subjectOf, type KeptHost, type Subject } from './subject.ts';
import type { ChangeWorld } from './world.ts';

export interface PreparedSet {
  readonly name: string;
  readonly subject: Subject;
  readonly plan: SetPlan;
  readonly online: Online;
  readonly findings: readonly Finding[];
}
export type Prepared = PreparedSet | { readonly refused: readonly Message[]; readonly findings: readonly Finding[] };

/** Changes nothing. Throws `no-such-domu` (exit 2) and `change-refused` (exit 4). */
export async function prepareSet(name: string, words: readonly string[], power: Power): Promise<Prepared> {
  const subject = await subjectOf(name, power);
  if (subject.record.adopted === true) return await prepareAdopted(name, words, subject, power);
  const host = await keptHost(power);
  const { recordText: record, config } = subject;
  if (!host.kept.domus.some((domu) => domu.name === name)) throw changeRefused(name, 'record', { path: KEPT_PROFILE });
  const result = planSet({ name, words, ...host, config, record });
  if (!('plan' in result)) return result;
  await refuseWithoutRoom(name, result.plan, host, power);
  return {
    name,
    subject,
    plan: result.plan,
    online: await onlineOf(result.plan, subject.target.domain, power),
    findings: result.findings,
  };
}

/** One that was made by hand: its record and its configuration are all that there is of it. */
async function prepareAdopted(
  name: string,
  words: readonly string[],
  subject: Subject & { readonly config: string },
  power: Power,
): Promise<Prepared> {
  const links = await linksTo(subject.record.config, power);
  const result = planAdoptedSet({ name, words, config: subject.config, record: subject.recordText, links });
  if (!('plan' in result)) return result;
  const online = await onlineOf(result.plan, subject.target.domain, power);
  return { name, subject, plan: result.plan, online, findings: result.findings };
}

async function linksTo(config: string, { port }: Power): Promise<string[]> {
  const found: string[] = [];
  for (const name of await port.list('/etc/xen/auto'))
    if ((await port.link(`/etc/xen/auto/${name}`)) === config) found.push(`/etc/xen/auto/${name}`);
  return found;
}

/** What new and larger disks take, and that nobody has one of that name. */
async function refuseWithoutRoom(name: string, plan: SetPlan, host: KeptHost, { port }: Power): Promise<void> {
  if (plan.moreMiB === 0) return;
  const whole = buildPlan(host.kept, host.facts);
  const now = await probeHostNow(port, poolNow(whole));
  const place = poolName(whole);
  const taken = plan.made.find(({ volume }) => now.volumes.includes(volume.name));
  if (taken !== undefined) throw changeRefused(name, 'taken', { place, volume: taken.volume.name });
  if (now.freeMiB !== null && now.freeMiB < plan.moreMiB)
    throw changeRefused(name, 'space', { place, free: { sizeMiB: now.freeMiB }, needed: { sizeMiB: plan.moreMiB } });
}

/** Resolves with whether all that can be done while it runs was done. */
export async function carryOutSet(prepared: PreparedSet, power: Power, world: ChangeWorld): Promise<boolean> {
  const { name, plan, online, subject } = prepared;
  await inHand(name, world, async () => {
    // Somebody may have been there before this had the lock.
    for (const [path, text] of [
      [`${DOMU_RECORDS}/${name}.json`, subject.recordText],
      [subject.record.config, subject.config],
    ] as const)
      if ((await power.port.read(path)) !== text) throw changeRefused(name, 'locked');
    await carryOutChange(plan.change, world);
  });
  power.tell({ key: 'commandLine.domu.set.done', values: { name } });
  for (const grown of plan.grown) await noticeGrown(grown, world);
  const areDone = await carryOutOnline(name, online, plan, power, world);
  const inside = insideCommands(plan);
  if (inside.length > 0) {
    power.tell({ key: 'commandLine.domu.set.inside', values: { name } });
    for (const line of inside) power.tell(`  ${line}`);
  }
  return areDone;
}
