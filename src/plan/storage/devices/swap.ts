/** A swap area. */
import { pathBelow, type FilesystemNode } from '../graph.ts';
import { filesystem } from './filesystem.ts';

export interface SwapNode extends FilesystemNode {
  readonly type: 'swap';
}

export const swap = filesystem<SwapNode>(
  ({ label, uuid }, under) => [
    { argv: ['mkswap', '--force', '--uuid', uuid ?? '', '--label', label, pathBelow(under)] },
  ],
  { type: 'swap' },
);
