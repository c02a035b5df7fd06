/** A swap area. */
import type { FilesystemNode } from '../graph.ts';
import { deviceBelow, filesystem } from './filesystem.ts';

export interface SwapNode extends FilesystemNode {
  readonly type: 'swap';
}

export const swap = filesystem<SwapNode>(
  ({ label, uuid }, under) => [
    { argv: ['mkswap', '--force', '--uuid', uuid ?? '', '--label', label, deviceBelow(under)] },
  ],
  { type: 'swap' },
);
