/** Where the answers install to: a disk image, or the disks of this machine. Pure. */
import type { Draft } from './draft.ts';
import type { Environment } from './environment.ts';

export const DEFAULT_IMAGE = 'xen-host.img';

/** Which of the two it is now. */
export function targetKind({
  draft,
  environment,
}: {
  readonly draft: Draft;
  readonly environment: Environment;
}): 'image' | 'disks' {
  return draft.target.kind ?? (environment.isMedium ? 'disks' : 'image');
}

export function imageFile(draft: Draft): string {
  return draft.target.file ?? DEFAULT_IMAGE;
}
