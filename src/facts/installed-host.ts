/** This machine as a host that Xenwright has installed: what it was made from, what it has now. Only read, by ProbePort. */
import { ASIDE } from './in-rescue.ts';
import * as z from 'zod';
import type { BaseSpec } from '../plan/action.ts';
import type { DomuRecord } from '../plan/domu/domu-record.ts';
import { mirrorsOf } from './apt-sources.ts';
import { readManifest } from './base-manifest.ts';
import type { Facts, KeptVolume } from './facts.ts';
import { factsIn } from './facts-schema.ts';
import { KEPT_FACTS, KEPT_PROFILE, DOMU_RECORDS, FIRST_BOOT_VERDICT, REMOVED_DOMUS } from './host-places.ts';
import { isRecord, parseJson } from './lsblk.ts';
import { recordIn, refuseNewer, versionOfProfile } from './record-forms.ts';
import { probeAptSources } from './probe.ts';
import type { ProbePort } from './probe-port.ts';

/** What is read of a record; versions have added to the rest. */
const record = z.looseObject({
  ...{ name: z.string(), uuid: z.string(), macs: z.array(z.string()) },
  volumes: z.array(z.looseObject({ name: z.string(), device: z.string(), uuid: z.string() })),
});

/** What the install has left; a part that is missing, or torn, is null. */
export interface HostRecords {
  readonly profile: string | null;
  readonly facts: Facts | null;
  readonly domus: readonly DomuRecord[];
}
/** What counts for another DomU at this moment. */
export interface HostNow {
  /** Does this system run as Dom0? */
  readonly isDom0: boolean;
  /** Why the host came up without Xen, as its own check says; null: it did not, or nobody knows. */
  readonly whyWithoutXen: string | null;
  readonly freeMemoryMiB: number | null;
  /** Names of running domains, and of configurations that lie in /etc/xen, also aside for a rescue. */
  readonly domains: readonly string[];
  /** Names of volumes in the pool. */
  readonly volumes: readonly string[];
  /** In the pool. */
  readonly freeMiB: number | null;
  /** Where bases are built. */
  readonly storeFreeMiB: number | null;
}
export interface StoredBase {
  readonly hash: string;
  readonly base: BaseSpec;
  readonly recipe: number | null;
  readonly folder: string;
}

/** Throws `record-newer` (exit 4) where a part is of a newer Xenwright: nothing is made of half of what a host says. */
export async function probeHostRecords(port: ProbePort): Promise<HostRecords> {
  const kept = (await port.read(KEPT_FACTS)) ?? '';
  refuseNewer('facts', parseJson(kept), KEPT_FACTS);
  const facts = factsIn(kept);
  const domus: DomuRecord[] = [];
  for (const name of await port.list(DOMU_RECORDS)) {
    const path = `${DOMU_RECORDS}/${name}`;
    const said = name.endsWith('.json') ? parseJson(await port.read(path)) : null;
    refuseNewer('domu', said, path);
    const read = recordIn('domu', said);
    if (read.is === 'known' && record.safeParse(read.record).success) domus.push(read.record as unknown as DomuRecord);
  }
  const profile = await port.read(KEPT_PROFILE);
  refuseNewer('profile', { version: versionOfProfile(profile ?? '') ?? 1 }, KEPT_PROFILE);
  return { profile, facts: 'facts' in facts ? facts.facts : null, domus };
}

/** What is asked of the pool that DomUs' disks are taken from, and how the answers are read. */
export interface PoolNow {
  readonly free: readonly string[];
  freeMiB(answer: string): number | null;
  readonly names: readonly string[];
  taken(answer: string): readonly string[];
}

export async function probeHostNow(port: ProbePort, pool: PoolNow): Promise<HostNow> {
  const lines = (text: string | null): string[] =>
    (text ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const number = (text: string | undefined): number | null =>
    text !== undefined && /^\d/.test(text) ? Math.floor(Number.parseFloat(text)) : null;
  const xen = await port.run(['xl', 'info']);
  const running = lines(await port.run(['xl', 'list']))
    .slice(1)
    .map((line) => line.split(/\s+/)[0] ?? '');
  const configured = (await port.list('/etc/xen'))
    .map((name) => (name.endsWith(ASIDE) ? name.slice(0, -ASIDE.length) : name))
    .filter((name) => name.endsWith('.cfg'))
    .map((name) => name.slice(0, -'.cfg'.length));
  const storeFreeMiB = number(lines(await port.run(['df', '-BM', '--output=avail', '/var/lib/xenwright']))[1]);
  return {
    whyWithoutXen: fallbackReason(parseJson((await port.read(FIRST_BOOT_VERDICT)) ?? '')),
    isDom0: ((await port.read('/proc/xen/capabilities')) ?? '').includes('control_d'),
    freeMemoryMiB: number(/^free_memory\s*:\s*(\d+)/m.exec(xen ?? '')?.[1]),
    domains: [...new Set([...running, ...configured])],
    volumes: pool.taken((await port.run(pool.names)) ?? ''),
    freeMiB: pool.freeMiB((await port.run(pool.free)) ?? ''),
    storeFreeMiB,
  };
}

function fallbackReason(verdict: unknown): string | null {
  return isRecord(verdict) && verdict['fallback'] === true && typeof verdict['why'] === 'string'
    ? verdict['why']
    : null;
}

/** Finished bases in a folder, such as the store of this host, or a medium. */
export async function probeBases(port: ProbePort, folder: string): Promise<StoredBase[]> {
  const found: StoredBase[] = [];
  for (const name of await port.list(folder)) {
    const manifest = await readManifest(port, folder, name);
    if (manifest !== null)
      found.push({ hash: name, base: manifest.base, recipe: manifest.recipe, folder: `${folder}/${name}` });
  }
  return found;
}

/** The archives that this host's own apt asks over the network. */
export async function probeMirrors(port: ProbePort): Promise<Facts['aptSources']['mirrors']> {
  return mirrorsOf(await probeAptSources(port)).filter(({ uri }) => /^https?:/.test(uri));
}

const removed = z.looseObject({
  name: z.string(),
  volumes: z.array(z.looseObject({ device: z.string(), uuid: z.string(), sizeMiB: z.number() })),
});

/** A DomU that was removed, and its disks that are kept. */
export interface RemovedDomu {
  readonly name: string;
  readonly volumes: readonly KeptVolume[];
}

export async function probeRemoved(port: ProbePort): Promise<RemovedDomu[]> {
  const found: RemovedDomu[] = [];
  for (const file of await port.list(REMOVED_DOMUS)) {
    const said = file.endsWith('.json')
      ? removed.safeParse(parseJson(await port.read(`${REMOVED_DOMUS}/${file}`)))
      : null;
    if (said?.success !== true) continue;
    const { name, volumes } = said.data;
    found.push({ name, volumes: volumes.map(({ device, uuid, sizeMiB }) => ({ device, uuid, sizeMiB })) });
  }
  return found;
}
