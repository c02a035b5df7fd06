/** A finished tree becomes one sparse ext4 image, the list of its used ranges, and a manifest. */
import type { BaseSpec } from '../plan/action.ts';
import { INODE_BYTES, mke2fs } from '../plan/storage/devices/ext4.ts';
import { usedExtents, type ExtentList } from './extents.ts';
import type { ActionContext } from './kind.ts';

const TIMEOUT_MS = 30 * 60_000;
const MIB = 1024 * 1024;
const BLOCK_BYTES = 4096;
const JOURNAL_MIB = 32;

export interface TreeSize {
  readonly files: number;
  readonly blocks: number;
}
export interface ImageShape {
  readonly sizeMiB: number;
  readonly bytesPerInode: number;
}

/** As small as the tree allows, since inode tables and bitmaps are written to every volume; it is grown afterwards. */
export function imageShape({ files, blocks }: TreeSize): ImageShape {
  const contentBytes = blocks * BLOCK_BYTES * 1.03 + (JOURNAL_MIB + 48) * MIB;
  // The ratio stays when the filesystem grows: 16 KiB as everybody has, less only for trees of many small files.
  const bytesPerInode = [16384, 8192, 4096].find((ratio) => (contentBytes / ratio) * 0.75 > files) ?? 2048;
  return { sizeMiB: Math.ceil((contentBytes * (1 + INODE_BYTES / bytesPerInode)) / MIB), bytesPerInode };
}

/** The mke2fs call: everything named, nothing taken from the mke2fs.conf of the machine that builds. */
export function mke2fsArguments(base: BaseSpec, tree: string, image: string, shape: ImageShape): string[] {
  return [
    ...mke2fs(base.features, ['-i', String(shape.bytesPerInode), '-m', '1', '-J', `size=${JOURNAL_MIB}`]),
    '-E',
    'lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0',
    '-L',
    'base',
    '-d',
    tree,
    image,
    `${shape.sizeMiB}M`,
  ];
}

/** Writes down, beside `image`, which of its ranges are used: only those are written to a volume. */
export async function noteExtents(folder: string, context: ActionContext): Promise<ExtentList> {
  const listing = await context.exec(['dumpe2fs', `${folder}/image`], { quiet: true });
  const extents = usedExtents(listing.stdout);
  await context.files.writeText(`${folder}/extents.json`, `${JSON.stringify(extents)}\n`);
  return extents;
}

/** Makes `image`, `extents.json` and, for trees that boot, `vmlinuz` and `initrd.img` in `folder`. */
export async function makeImage(
  base: BaseSpec,
  tree: string,
  folder: string,
  context: ActionContext,
): Promise<ExtentList> {
  const counted = await context.exec(
    [
      'sh',
      '-c',
      `find "$1" -xdev -printf '%s\\n' | awk '{ blocks += int(($1 + 4095) / 4096) } END { print NR, blocks }'`,
      'sh',
      tree,
    ],
    { quiet: true },
  );
  const [files = 0, blocks = 0] = counted.stdout.trim().split(' ').map(Number);
  const image = `${folder}/image`;
  await context.files.remove(image);
  await context.exec(mke2fsArguments(base, tree, image, imageShape({ files, blocks })), { timeoutMs: TIMEOUT_MS });
  const extents = await noteExtents(folder, context);
  if (base.initrd === null) return extents;
  for (const [pattern, name] of [
    ['boot/vmlinuz-*', 'vmlinuz'],
    ['boot/initrd.img-*', 'initrd.img'],
  ] as const) {
    await context.exec([
      'sh',
      '-c',
      `cp -L "$(ls -1v "$1"/${pattern} | tail -n 1)" "$2"`,
      'sh',
      tree,
      `${folder}/${name}`,
    ]);
  }
  return extents;
}
