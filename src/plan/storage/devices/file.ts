/**
 * A preallocated raw file on a filesystem of Dom0, for a DomU's disk: its blocks are taken now, so that no guest finds
 * the host full. It is always made again: what is allocated and was never written reads as zeros, whatever those blocks
 * held before.
 */
import type { DeviceNode } from '../graph.ts';
import { sizeState } from './device-size.ts';
import type { DeviceType } from './device-type.ts';

export interface FileNode extends DeviceNode {
  readonly type: 'file';
  readonly path: string;
  readonly name: string;
  /** May read it. */
  readonly group?: number;
}

export const file: DeviceType<FileNode> = {
  type: 'file',
  inspected: 'kept',
  startsEmpty: true,
  isInTree: true,
  holdsMiB: ([sizeMiB = 0]) => sizeMiB,
  needsMiB: (contentMiB) => contentMiB,
  path: ({ path }) => path,
  inspect: ({ path }) => [{ argv: ['stat', '-c', '%s', `$TREE${path}`], okCodes: [0, 1], quiet: true }],
  state: ({ path, sizeMiB }, _under, [answer]) => sizeState(path, sizeMiB, answer),
  making: {
    weight: 1,
    timeoutMs: 15 * 60_000,
    title: ({ name, sizeMiB }) => ({ id: 'allocate', values: { name, size: sizeMiB } }),
    steps: ({ path, sizeMiB, group }) => [
      { argv: ['mkdir', '-p', '-m', '0700', `$TREE${path.slice(0, path.lastIndexOf('/'))}`] },
      // A file or a link of this name goes; nothing is written through it.
      {
        argv: [
          'install',
          ...(group === undefined ? ['-m', '0600'] : ['-m', '0640', '-g', String(group)]),
          '/dev/null',
          `$TREE${path}`,
        ],
      },
      { argv: ['fallocate', '-l', `${sizeMiB}MiB`, `$TREE${path}`] },
    ],
  },
  growing: {
    // What is allocated and was never written reads as zeros.
    steps: ({ path, sizeMiB }) => [{ argv: ['fallocate', '-l', `${sizeMiB}MiB`, `$TREE${path}`] }],
    shown: ({ path, sizeMiB }) => [['fallocate', '-l', `${sizeMiB}MiB`, path]],
  },
  remove: ({ path }) => [{ argv: ['rm', '-f', `$TREE${path}`] }],
  open: () => [],
};
