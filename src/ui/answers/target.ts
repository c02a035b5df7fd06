/** Where the answers install to: a disk image, or the disks of this machine. Pure. */
import type { Draft } from './draft.ts';
import type { Surroundings } from './environment.ts';

export const DEFAULT_IMAGE = 'xen-host.img';

/** Which of the two it is now. */
export function targetKind({
  draft,
  surroundings,
}: {
  readonly draft: Draft;
  readonly surroundings: Surroundings;
}): 'image' | 'disks' {
  return draft.target.kind ?? (surroundings.isMedium ? 'disks' : 'image');
}

export function imageFile(draft: Draft): string {
  return draft.target.file ?? DEFAULT_IMAGE;
}
