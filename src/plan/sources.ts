/** Where bases look for a medium while they are built. Pure. */
import type { SourceMedium } from '../facts/facts.ts';

/** Its content's own name, so that two media never give the same base. */
export function mediumAt({ id }: SourceMedium): string {
  return `/run/xenwright/media/${id}`;
}
