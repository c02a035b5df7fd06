/**
 * Takes a disk out of the hands of old swap, LVM, LUKS, md, bcache and other mappings, and wipes their signatures.
 * Bounded: what will not go is refused.
 */
import { EXIT, failure } from '../../errors.ts';
import stop from '../../../assets/build/stop-bcache.sh' with { type: 'text' };
import { diskInUse, stopBcache } from '../../facts/disk-in-use.ts';
import { commandLine } from '../../plan/shell-words.ts';
import type { ActionContext, ActionHandler } from '../kind.ts';

export interface Holder {
  readonly path: string;
  /** What /sys/class/block calls it. */
  readonly kernelName: string;
  readonly type: string;
  readonly mountpoints: readonly string[];
  readonly depth: number;
}
interface LsblkNode {
  readonly path: string;
  readonly kname?: string;
  readonly type: string;
  readonly mountpoints?: readonly (string | null)[];
  readonly children?: readonly LsblkNode[];
}

/** A cache may have much to write back. */
const BCACHE_SECONDS = 120;
/** Arrays that udev puts together again as soon as they were stopped get a second go. */
const ROUNDS = 2;

export const diskRelease: ActionHandler<'disk.release'> = {
  kind: 'disk.release',
  commands: ({ params }) => [
    {
      argv: ['swapoff', '--all'],
      note: `only what lies on ${params.disk}; then its volumes, arrays and caches, if any, by dmsetup remove, mdadm --stop and bcache's stop`,
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
      await stopCaches(disk, found, context);
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
  // Arrays that do not run have no size; without --all they are left out. Without the column NAME there is no tree, but
  // a list in which nothing stands on anything.
  const columns = 'NAME,PATH,KNAME,TYPE,MOUNTPOINTS';
  const listing = await context.exec(['lsblk', '--json', '--all', '--output', columns, disk], { quiet: true });
  return parseHolders(listing.stdout, disk);
}

/** All that lies on a disk, what lies on top first, each once; the disk itself is last. */
export function parseHolders(json: string, disk: string): Holder[] {
  const found = new Map<string, Holder>();
  const walk = (node: LsblkNode, depth: number): void => {
    const known = found.get(node.path);
    found.set(node.path, {
      path: node.path,
      kernelName: node.kname ?? node.path.slice(node.path.lastIndexOf('/') + 1),
      type: node.type,
      mountpoints: (node.mountpoints ?? []).filter((point) => point !== null),
      depth: Math.max(depth, known?.depth ?? 0),
    });
    for (const child of node.children ?? []) walk(child, depth + 1);
  };
  // Whatever else stands in the list stands on the disk, however it is listed. The disk may be called by another name.
  for (const node of (JSON.parse(json) as { blockdevices: LsblkNode[] }).blockdevices)
    walk(node, node.path === disk || /^(disk|loop)$/.test(node.type) ? 0 : 1);
  return [...found.values()].sort((a, b) => b.depth - a.depth);
}

/** The disk, or one of its partitions; what kpartx has made of a mapping is called a partition, too. */
function isOwn({ depth, type, kernelName }: Holder): boolean {
  return depth === 0 || (type === 'part' && !kernelName.startsWith('dm-'));
}

/** What lets go of one holder. bcache's goes with the devices below it. */
export function releaseCommands(holder: Holder): string[][] {
  const swap = holder.mountpoints.includes('[SWAP]') ? [['swapoff', holder.path]] : [];
  if (isOwn(holder)) return swap;
  if (/^(raid|linear|md)/.test(holder.type)) return [...swap, ['mdadm', '--stop', holder.path]];
  if (holder.kernelName.startsWith('dm-') || /^(lvm|crypt|dm)$/.test(holder.type))
    return [...swap, ['dmsetup', 'remove', '--retry', holder.path]];
  return swap;
}

/** A cache that is not done with other disks keeps its device: nothing was written to it then. */
async function stopCaches(disk: string, found: readonly Holder[], context: ActionContext): Promise<void> {
  for (const { path, kernelName, type } of found.filter(isOwn)) {
    if (!(await context.files.exists(`/sys/class/block/${kernelName}/bcache`))) continue;
    const argv = ['sh', '-e', '-c', stop, 'sh', kernelName, String(BCACHE_SECONDS)];
    const { exitCode } = await context.exec(argv, { okCodes: [0, 1, 2], timeoutMs: (BCACHE_SECONDS + 60) * 1000 });
    if (exitCode !== 0) throw failure('disk-held', EXIT.refused, { disk, path, type, command: stopBcache(kernelName) });
  }
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
  throw failure('disk-held', EXIT.refused, { disk, path: stuck.path, type: stuck.type, command: commandOf(stuck) });
}

function commandOf(holder: Holder): string {
  const last = releaseCommands(holder).at(-1);
  if (last !== undefined) return commandLine(last);
  return holder.kernelName.startsWith('bcache') ? stopBcache(holder.kernelName) : `remove ${holder.path}`;
}
