/**
 * The host that `xenwright domu` works on: what the install has left on it, what has changed since, and what it offers
 * to install from.
 */
import { RECIPE } from '../../actions/base-store.ts';
import { factsOfHost } from './host-facts.ts';
import { mayGiveBases } from '../../facts/bundled-bases.ts';
import { EXIT, failure } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import { KEPT_PROFILE } from '../../facts/host-places.ts';
import {
  probeBases,
  probeHostRecords,
  probeMirrors,
  probeRemoved,
  type StoredBase,
} from '../../facts/installed-host.ts';
import type { DomuRecord } from '../../plan/domu/domu-record.ts';
import type { ProbePort } from '../../facts/probe-port.ts';
import { identifyMedium } from '../../system/medium/probe.ts';
import { MOUNT_TABLE, parseMounts } from '../../system/disk/mount-table.ts';

/** On the volume that is made for it, not on the root. */
export const HOST_STORE = { bases: '/var/lib/xenwright/bases', scratch: '/var/lib/xenwright/scratch' } as const;
/** Where the copy of the medium is mounted, and its finished bases. */
const MEDIUM_MOUNT = '/var/lib/xenwright/medium';
const MEDIUM_BASES = `${MEDIUM_MOUNT}/xenwright/bases`;

export interface Host {
  readonly profile: string;
  readonly records: readonly DomuRecord[];
  /** To plan with; `withMedium`: packages may come from the medium's copy. */
  facts(medium: string | null): Facts;
  /** Bases of the medium's copy that this Xenwright can use; none where nobody vouched for all of the medium. */
  readonly mediumBases: readonly StoredBase[];
}

/** Throws `not-a-host` (exit 4). `identify`: which medium is on a device. */
export async function readHost(
  port: ProbePort,
  identify: (device: string) => Promise<string | null> = identifyMedium,
): Promise<Host> {
  const { profile, facts, domus } = await probeHostRecords(port);
  if (profile === null) throw failure('not-a-host.none', EXIT.refused, { file: KEPT_PROFILE });
  if (facts === null) throw failure('not-a-host.old', EXIT.refused);
  const [stored, bundled, mirrors, kept] = [
    await probeBases(port, HOST_STORE.bases),
    (await areBelieved(facts, port, identify)) ? await probeBases(port, MEDIUM_BASES) : [],
    await probeMirrors(port),
    await probeRemoved(port),
  ];
  const usable = (bases: readonly StoredBase[]): StoredBase[] =>
    bases.filter(({ recipe, base }) => recipe === RECIPE && base.role === 'domu');
  const mediumBases = usable(bundled).filter(({ hash }) => !stored.some((one) => one.hash === hash));
  return {
    profile,
    records: domus,
    mediumBases,
    facts: (medium) =>
      factsOfHost(facts, {
        medium,
        mirrors,
        kept: kept.flatMap(({ volumes }) => volumes),
        bases: [...usable(stored), ...mediumBases].map(({ hash, base }) => ({ hash, base })),
      }),
  };
}

/**
 * A host that was installed without a medium has none of its own there: what is there, root has put there. Else it must
 * be the very medium that was vouched for.
 */
async function areBelieved(
  { medium }: Facts,
  port: ProbePort,
  identify: (device: string) => Promise<string | null>,
): Promise<boolean> {
  if (medium === undefined) return true;
  const mounted = parseMounts((await port.read(MOUNT_TABLE)) ?? '').findLast(({ point }) => point === MEDIUM_MOUNT);
  return mayGiveBases(medium) && mounted !== undefined && (await identify(mounted.source)) === medium.id;
}
