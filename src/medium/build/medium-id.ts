/**
 * What a medium is known by to its own boot loader and initrd: the label is the same on all of them, and a machine may
 * hold two. Pure.
 */
import { createHash } from 'node:crypto';

/** Of everything that goes into a medium: two builds of the same have the same, as they have the same bytes. */
export function mediumId(ingredients: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 32);
}

/** The file that shows it, from the medium's root. */
export const idFile = (id: string): string => `live/${id}.id`;
