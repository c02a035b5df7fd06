/** What filesystems and swap have in common: they are found where what is below them is, and are told by their UUIDs. */
import { deviceFault } from './device-fault.ts';
import { pathBelow, type FilesystemNode } from '../graph.ts';
import type { FilesystemType, Making, Step } from './device-type.ts';

/** A type from how one is made, and what it has of its own; without a pool, and taking nothing for itself. */
export function filesystem<N extends FilesystemNode>(
  steps: Making<N>['steps'],
  own: Pick<FilesystemType<N>, 'type'> & Partial<FilesystemType<N>>,
): FilesystemType<N> {
  return {
    mountType: own.type,
    // One that was begun cannot be told from one that is whole: it is always made again.
    inspected: 'kept',
    holdsMiB: ([sizeMiB = 0]) => sizeMiB,
    needsMiB: (contentMiB) => contentMiB,
    path: (_node, under) => pathBelow(under),
    inspect: (_node, under) => [askUuid(pathBelow(under))],
    state: ({ uuid }, under, [answer]) => {
      const has = answer?.stdout.trim() ?? '';
      if (has === '') return 'absent';
      return has.toLowerCase() === uuid?.toLowerCase()
        ? 'ours'
        : deviceFault('device-differs.uuid', { device: pathBelow(under), has, wanted: uuid ?? '' });
    },
    making: {
      weight: 1,
      timeoutMs: 15 * 60_000,
      title: ({ id }) => ({ id: 'format', values: { name: id.slice(id.lastIndexOf('/') + 1), filesystem: own.type } }),
      steps,
    },
    open: () => [],
    ...own,
  };
}

/** What is on a device, past any cache. */
function askUuid(path: string): Step {
  return { argv: ['blkid', '--probe', '--match-tag', 'UUID', '--output', 'value', path], okCodes: [0, 2], quiet: true };
}
