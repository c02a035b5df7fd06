/** The medium's action: copied to its own volume right after that is there; bases are then built from the copy. Pure. */
import type { Action, MediumMount } from '../action.ts';
import type { HostModel } from '../model.ts';
import { blanked } from '../../profile/secret-texts.ts';
import { readyIds } from './section-storage.ts';
import { action } from './sections.ts';
import { mediumAt } from '../sources.ts';
import type { StoragePlan } from '../storage/storage.ts';

export const MEDIUM_COPIED = 'host/medium/copy';
/** The medium's file as a disk of the appliance. */
export const MEDIUM_SERIAL = 'xw-medium';
const ORDINARY_BYTES_PER_SECOND = 100_000_000;
const SLOWEST_BYTES_PER_SECOND = 500_000;

/**
 * Are bases built from the copy, on the disks of this very machine? An image's are built from the medium itself, beside
 * it.
 */
export function isFromCopy(model: HostModel): boolean {
  return model.facts.kind === 'machine' && copyOf(model) !== undefined;
}

/** Where bases find the medium. */
export function mediumMount(model: HostModel): MediumMount | null {
  const { medium } = model.facts;
  if (medium === undefined) return null;
  const copy = isFromCopy(model) ? copyOf(model) : undefined;
  return { from: copy?.device ?? medium.path, at: mediumAt(medium), id: medium.id };
}

/** Nothing where no medium stays on the host. `builds`: what is installed from it. */
export function mediumActions(model: HostModel, storage: StoragePlan, builds: readonly Action[]): Action[] {
  const { medium, kind } = model.facts;
  const volume = copyOf(model);
  if (medium === undefined || volume === undefined) return [];
  const uri = `copy:${mediumAt(medium)}`;
  const wanted = !isFromCopy(model)
    ? []
    : builds.flatMap(({ kind: what, params }) =>
        what === 'base.build' && 'base' in params && params.base.sources.some((source) => source.uri === uri)
          ? [
              {
                sources: params.base.sources,
                packages: params.base.packages,
                ...(params.login === undefined ? {} : { login: params.login }),
              },
            ]
          : [],
      );
  return [
    action(
      'medium.copy',
      MEDIUM_COPIED,
      'host',
      { id: 'mediumCopy', values: { label: medium.label, volume: volume.name } },
      readyIds(storage, volume.deviceId),
      {
        source:
          kind === 'image' ? `/dev/disk/by-id/virtio-${MEDIUM_SERIAL}` : blanked('host.source.medium', medium.path),
        device: volume.device,
        sizeBytes: medium.sizeBytes,
        id: medium.id,
        label: medium.label,
        ...(medium.sha256 === undefined ? {} : { sha256: medium.sha256 }),
        wanted,
      },
      {
        weight: Math.max(1, Math.round(medium.sizeBytes / ORDINARY_BYTES_PER_SECOND)),
        timeoutMs: 10 * 60_000 + Math.ceil(medium.sizeBytes / SLOWEST_BYTES_PER_SECOND) * 1000,
      },
    ),
  ];
}

function copyOf(model: HostModel): HostModel['volumes'][number] | undefined {
  return model.volumes.find(({ use }) => use === 'medium');
}
