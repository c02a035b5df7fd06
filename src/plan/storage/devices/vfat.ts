/** vfat, for the ESP. */
import { pathBelow, type FilesystemNode } from '../graph.ts';
import { filesystem } from './filesystem.ts';

export interface VfatNode extends FilesystemNode {
  readonly type: 'vfat';
}

/** Letters of a label: mkfs.fat(8). */
const LABEL_LENGTH = 11;

export const vfat = filesystem<VfatNode>(
  ({ label, uuid }, under) => [
    {
      argv: [
        ...['mkfs.vfat', '-F', '32', '-n', label.toUpperCase().slice(0, LABEL_LENGTH)],
        ...['-i', (uuid ?? '').replace('-', ''), pathBelow(under)],
      ],
    },
  ],
  { type: 'vfat', adds: () => ({ packages: ['dosfstools'] }) },
);
