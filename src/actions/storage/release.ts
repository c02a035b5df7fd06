/**
 * Takes a disk out of the hands of old swap, LVM, LUKS and md, and wipes their signatures. Bounded: what will not go is
 * refused.
 */
import { EXIT, failure } from '../../errors.ts';
import { diskInUse } from '../../facts/disk-in-use.ts';
import { commandLine } from '../../plan/shell-words.ts';
import type { ActionContext, ActionHandler } from '../kind.ts';

export interface Holder {
  readonly path: string;
  readonly type: string;
  readonly mountpoints: readonly string[];
  readonly depth: number;
}
interface LsblkNode {
  readonly path: string;
  readonly type: string;
  readonly mountpoints?: readonly (string | null)[];
  readonly children?: readonly LsblkNode[];
}

/** Arrays that udev puts together again as soon as they were stopped get a second go. */
const ROUNDS = 2;

export const diskRelease: ActionHandler<'disk.release'> = {
  kind: 'disk.release',
  commands: ({ params }) => [
    {
      argv: ['swapoff', '--all'],
      note: `only what lies on ${params.disk}; then its volumes and arrays, if any, by dmsetup remove and mdadm --stop`,
    },
    { argv: ['wipefs', '--all', '--force', params.disk], note: 'its partitions first' },
  ],
  async apply({ params: { disk } }, context) {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await holders(disk, context);
      refuseMounted(disk, found);
      if (round === 0) refuseUsed(disk, await context.diskUsers(disk));
      for (const holder of found)
        for (const argv of releaseCommands(holder)) await context.exec(argv, { okCodes: [0, 1, 2, 4, 5] });
      await context.exec(['udevadm', 'settle', '--timeout=10'], { quiet: true, okCodes: [0, 1] });
      refuseStuck(disk, await holders(disk, context), round);
      for (const holder of found.filter(isOwn))
        await context.exec(['wipefs', '--all', '--force', holder.path], {
          okCodes: holder.path === disk ? [0] : [0, 1],
        });
      await context.exec(['udevadm', 'settle', '--timeout=10'], { quiet: true, okCodes: [0, 1] });
    }
    refuseStuck(disk, await holders(disk, context), ROUNDS);
  },
};

async function holders(disk: string, context: ActionContext): Promise<Holder[]> {
  // Arrays that do not run have no size; without --all they are left out.
  const listing = await context.exec(['lsblk', '--json', '--all', '--output', 'PATH,TYPE,MOUNTPOINTS', disk], {
    quiet: true,
  });
  return parseHolders(listing.stdout);
}

/** All that lies on a disk, what lies on top first, each once; the disk itself is last. */
export function parseHolders(json: string): Holder[] {
  const found = new Map<string, Holder>();
  const walk = (node: LsblkNode, depth: number): void => {
    const known = found.get(node.path);
    found.set(node.path, {
      path: node.path,
      type: node.type,
      mountpoints: (node.mountpoints ?? []).filter((point) => point !== null),
      depth: Math.max(depth, known?.depth ?? 0),
    });
    for (const child of node.children ?? []) walk(child, depth + 1);
  };
  for (const node of (JSON.parse(json) as { blockdevices: LsblkNode[] }).blockdevices) walk(node, 0);
  return [...found.values()].sort((a, b) => b.depth - a.depth);
}

const isOwn = (holder: Holder): boolean => holder.type === 'part' || holder.type === 'disk' || holder.type === 'loop';

/** What lets go of one holder. */
export function releaseCommands(holder: Holder): string[][] {
  const swap = holder.mountpoints.includes('[SWAP]') ? [['swapoff', holder.path]] : [];
  if (isOwn(holder)) return swap;
  if (holder.type.startsWith('raid') || holder.type === 'linear' || holder.type === 'md')
    return [...swap, ['mdadm', '--stop', holder.path]];
  if (holder.type === 'lvm' || holder.type === 'crypt' || holder.type === 'dm')
    return [...swap, ['dmsetup', 'remove', '--retry', holder.path]];
  return swap;
}

function refuseMounted(disk: string, found: readonly Holder[]): void {
  for (const { path, mountpoints } of found) {
    const at = mountpoints.find((point) => point !== '[SWAP]');
    if (at === undefined) continue;
    throw failure('disk-mounted', EXIT.refused, { disk, path, at, place: commandLine([at]) });
  }
}

/** What lsblk does not show, asked at the last moment: another namespace's mount, a guest, another disk's filesystem. */
function refuseUsed(disk: string, users: readonly string[]): void {
  if (users.length > 0) throw diskInUse(disk, users);
}

function refuseStuck(disk: string, found: readonly Holder[], round: number): void {
  const stuck = found.find((holder) => !isOwn(holder));
  if (stuck === undefined || round === 0) return;
  throw failure('disk-held', EXIT.refused, {
    disk,
    path: stuck.path,
    type: stuck.type,
    command: releaseCommands(stuck).at(-1)?.join(' ') ?? `remove ${stuck.path}`,
  });
}
