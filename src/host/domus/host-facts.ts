/** The facts that DomUs are added with: the machine as its host was planned, with what has changed since. Pure. */
import type { BundledBase } from '../../facts/facts.ts';
import type { Facts, KeptVolume } from '../../facts/facts.ts';

export interface Changed {
  /** The archives that the host's apt asks now; none: those that were known at the install. */
  readonly mirrors: Facts['aptSources']['mirrors'];
  /** Finished ones on this host. */
  readonly bases: readonly BundledBase[];
  /** The volume with the copy of the medium; null: there is none, or it is not to be used. */
  readonly medium: string | null;
  /** Disks of DomUs that were removed. Absent: none. */
  readonly kept?: readonly KeptVolume[];
}

/**
 * What was made for an image is a machine by now, with all that was written to its disk since, and what it was
 * installed over is gone.
 */
export function factsOfHost(planned: Facts, changed: Changed): Facts {
  const { medium, bundledBases: _of, unfitBases: _nor, mountsImages: _there, ...kept } = planned;
  return {
    ...kept,
    kind: 'machine',
    disks: kept.disks.map(({ begun: _begun, ...disk }) => ({ ...disk, installMarker: null })),
    aptSources: changed.mirrors.length > 0 ? { mirrors: changed.mirrors } : kept.aptSources,
    ...(medium === undefined || changed.medium === null
      ? {}
      : { medium: { ...medium, source: changed.medium, path: changed.medium } }),
    ...((changed.kept ?? []).length === 0 ? {} : { keptVolumes: changed.kept ?? [] }),
    ...(changed.bases.length === 0 ? {} : { bundledBases: changed.bases }),
  };
}
