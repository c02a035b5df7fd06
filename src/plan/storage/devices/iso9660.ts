/** The filesystem of a medium: it comes with the medium's copy. */
import type { FilesystemNode } from '../graph.ts';
import { filesystem } from './filesystem.ts';

export interface Iso9660Node extends FilesystemNode {
  readonly type: 'iso9660';
}

export const iso9660 = filesystem<Iso9660Node>(() => [], { type: 'iso9660' });
