/** Whether DomUs can be added to a host as it runs now: every reason against it, at once. Pure. */
import type { Finding } from '../../check/finding.ts';
import type { HostNow } from '../../facts/installed-host.ts';
import { spaceFor } from '../../facts/work-space.ts';
import type { Action } from '../../plan/action.ts';
import type { ResolvedDomu } from '../../plan/model.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DomuRecord } from '../../plan/domu/domu-record.ts';
import { deviceOf } from '../../plan/storage/graph.ts';
import { PYGRUB_USER } from '../../plan/domu/pygrub-user.ts';
import type { DomuSettings } from '../../profile/effective.ts';
import { poolName } from './places.ts';

export interface Wanted {
  readonly added: readonly DomuSettings[];
  /** Of the whole host with them, and of them alone. */
  readonly whole: Plan;
  readonly plan: Plan;
  readonly records: readonly DomuRecord[];
  readonly now: HostNow;
  /** Bases that this host does not have yet. */
  readonly missing: readonly Action[];
  /** A run that goes on has made some of it already. */
  readonly isResumed: boolean;
}

/** Empty: they fit. Text for people, in the order of what they would look at. */
export function reasonsAgainst({ added, whole, plan, records, now, missing, isResumed }: Wanted): string[] {
  if (!now.isDom0) return ['Xen is not running: this system was started without it, so no DomU can be started'];
  const volumes = plan.volumes.map(({ name }) => name);
  const neededMiB = plan.volumes.reduce((sum, volume) => sum + deviceOf(plan, volume).sizeMiB, 0);
  const memoryMiB = added.filter(({ autostart }) => autostart).reduce((sum, domu) => sum + domu.memoryMiB, 0);
  const building = spaceFor(missing, { freeMiB: now.storeFreeMiB ?? Number.MAX_SAFE_INTEGER, isMemory: false }, 0);
  const place = poolName(plan);
  return [
    ...records.flatMap((record) => changedSince(record, whole)),
    ...added
      .filter(({ disks }) =>
        [disks.root.size, disks.swap, ...disks.data.map(({ size }) => size)].some(({ kind }) => kind === 'rest'),
      )
      .map(({ name }) => `${name}: "rest" is not for a DomU that is added: give its disks a size`),
    ...(isResumed
      ? []
      : added
          .filter(({ name }) => now.domains.includes(name))
          .map(
            ({ name }) =>
              `${name}: this host has a domain or a configuration (/etc/xen/${name}.cfg) of this name that is not Xenwright's`,
          )),
    ...(isResumed
      ? []
      : volumes
          .filter((name) => now.volumes.includes(name))
          .map((name) => `${name}: ${place} has a disk of this name already; it is not overwritten`)),
    ...(isResumed || now.freeMiB === null || neededMiB <= now.freeMiB
      ? []
      : [
          `${place} has ${now.freeMiB} MiB free, the new disks take ${neededMiB} MiB: ${neededMiB - now.freeMiB} MiB are missing`,
        ]),
    ...(isResumed || building.where === 'folder'
      ? []
      : [
          `building their systems takes about ${building.needMiB} MiB, /var/lib/xenwright has ${now.storeFreeMiB} MiB free`,
        ]),
    ...(isResumed || now.freeMemoryMiB === null || memoryMiB <= now.freeMemoryMiB
      ? []
      : [
          `Xen has ${now.freeMemoryMiB} MiB of memory free, the new DomUs take ${memoryMiB} MiB: ${memoryMiB - now.freeMemoryMiB} MiB are missing`,
        ]),
  ];
}

/**
 * Warnings about the host and its other DomUs were given when they were installed; what new ones may read on their
 * disks is about these. `first`: the first that is new.
 */
export function findingsToTell(findings: readonly Finding[], first: number): Finding[] {
  return findings.filter(
    ({ severity, code, path: [part, index] }) =>
      severity === 'error' || code === 'old-bytes' || (part === 'domus' && typeof index === 'number' && index >= first),
  );
}

/** Hosts that were installed by older versions have nobody whom pygrub could run as. `passwd`: the text of /etc/passwd. */
export function pygrubReasons(domus: readonly ResolvedDomu[], passwd: string | null): string[] {
  if ((passwd ?? '').split('\n').some((line) => line.startsWith(`${PYGRUB_USER.name}:`))) return [];
  return domus
    .filter(({ boot }) => boot === 'pygrub')
    .map(
      ({ settings }) =>
        `${settings.name}: pygrub runs as ${PYGRUB_USER.name}, a user that hosts of older versions do not have; give it boot: direct, or type: pvh where the CPU can`,
    );
}

/** Names and identities must come out as they did at the install: else this is another host's profile, or other facts. */
function changedSince(record: DomuRecord, whole: Plan): string[] {
  const path = `/etc/xenwright/domus/${record.name}.json`;
  const file = whole.actions
    .flatMap((action) =>
      action.kind === 'tree.files' && action.id === `${record.name}/record` ? action.params.files : [],
    )
    .find((one) => one.path === path);
  if (file === undefined || typeof file.content !== 'string')
    return [`${record.name}: it is recorded on this host, but the kept profile does not have it`];
  const planned = JSON.parse(file.content) as DomuRecord;
  const identity = ({ uuid, macs, volumes }: DomuRecord): string =>
    JSON.stringify([uuid, macs, volumes.map(({ name, device, uuid: id }) => [name, device, id])]);
  return identity(planned) === identity(record)
    ? []
    : [
        `${record.name}: its record (${path}) no longer fits the kept profile and facts: names that are derived from them could clash`,
      ];
}
