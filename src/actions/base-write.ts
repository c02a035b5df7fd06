/** Writes a base's used ranges to a volume in large direct writes, then makes it unique and lets it fill the volume. */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import { extentsIn } from '../facts/base-manifest.ts';
import type { ActionOf } from '../plan/action.ts';
import { commandLine } from '../plan/shell-words.ts';
import type { Extent } from './extents.ts';
import { baseDamaged } from './base-store.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

const MIB = 1024 * 1024;
/** Between two signs of progress. */
const CHUNK_BYTES = 256 * MIB;
const DD_TIMEOUT_MS = 60 * 60_000;
const TUNE_TIMEOUT_MS = 30 * 60_000;

/**
 * One dd for one range. Direct on block devices: buffered input and output are several times slower on emulated disks,
 * and fill the memory.
 */
export function ddArguments(image: string, target: string, extent: Extent, imageIsDisk = false): string[] {
  const direct = target.startsWith('/dev/');
  return [
    'dd',
    `if=${image}`,
    `of=${target}`,
    'bs=4M',
    `skip=${extent.offset}`,
    `seek=${extent.offset}`,
    `count=${extent.length}`,
    `iflag=skip_bytes,count_bytes,fullblock${imageIsDisk ? ',direct' : ''}`,
    `oflag=seek_bytes${direct ? ',direct' : ''}`,
    'conv=notrunc',
    'status=none',
  ];
}

const tune = (uuid: string, label: string, target: string): string[] => ['tune2fs', '-U', uuid, '-L', label, target];

/** Ranges cut so that none is longer than a chunk. */
export function chunks(extents: readonly Extent[], chunkBytes = CHUNK_BYTES): Extent[] {
  return extents.flatMap(({ offset, length }) =>
    Array.from({ length: Math.ceil(length / chunkBytes) }, (_, index) => ({
      offset: offset + index * chunkBytes,
      length: Math.min(chunkBytes, length - index * chunkBytes),
    })),
  );
}

export const baseWrite: ActionHandler<'base.write'> = {
  kind: 'base.write',
  commands({ params: { hash, uuid, label, device, in: tree } }) {
    const target = tree === null ? device : `$TREE${device}`;
    return [
      {
        argv: [
          'dd',
          `if=$BASES/${hash}/image`,
          `of=${target}`,
          'bs=4M',
          tree === null ? 'oflag=direct' : 'conv=notrunc',
        ],
        note: 'the run writes only the used ranges, those of extents.json',
      },
      { argv: tune(uuid, label, target) },
      { argv: ['resize2fs', target] },
    ];
  },
  async apply({ params }, context) {
    if (params.in === null) await write(params, params.device, context);
    else await context.withTree(params.in, (root) => write(params, `${root}${params.device}`, context));
  },
};

async function write(
  { hash, uuid, label }: ActionOf<'base.write'>['params'],
  target: string,
  context: ActionContext,
): Promise<void> {
  const folder = `${context.baseStore}/${hash}`;
  const list = extentsIn(await context.files.readText(`${folder}/extents.json`).catch(() => null));
  if (list === null) throw baseDamaged(context.baseStore, hash, EXIT.action);
  await refuseTooSmall(target, list.sizeBytes, context);
  const totalMiB = Math.ceil(list.usedBytes / MIB);
  // The appliance is handed its bases as disks, and for stat(2) a device has no size.
  const imageIsDisk = (await context.files.sizeBytes(`${folder}/image`)) === 0;
  let doneBytes = 0;
  for (const chunk of chunks(list.extents)) {
    await context.exec(ddArguments(`${folder}/image`, target, chunk, imageIsDisk), { timeoutMs: DD_TIMEOUT_MS });
    doneBytes += chunk.length;
    context.progress(Math.floor(doneBytes / MIB), totalMiB, 'MiB');
  }
  // In one go: each command costs its milliseconds, and more on emulated machines.
  await checkedFirst(
    [
      'sh',
      '-e',
      '-c',
      [tune(uuid, label, target), ['resize2fs', target], ['sync', target]].map(commandLine).join('\n'),
    ],
    target,
    context,
  );
}

async function refuseTooSmall(target: string, imageBytes: number, context: ActionContext): Promise<void> {
  const bytes = target.startsWith('/dev/')
    ? Number((await context.exec(['blockdev', '--getsize64', target], { quiet: true })).stdout)
    : await context.files.sizeBytes(target);
  if (bytes >= imageBytes) return;
  throw failure('volume-too-small', EXIT.refused, {
    target,
    has: Math.floor(bytes / MIB),
    needs: Math.ceil(imageBytes / MIB),
  });
}

/** Both tools may want a check first, by their own judgement of times and states; then, and only then, it is made. */
async function checkedFirst(argv: readonly string[], target: string, context: ActionContext): Promise<void> {
  const options = { timeoutMs: TUNE_TIMEOUT_MS, input: 'y\n' };
  try {
    await context.exec(argv, options);
  } catch (error) {
    if (
      !(error instanceof XenwrightError) ||
      error.code !== 'command-failed' ||
      !/e2fsck/.test(error.lastLines.join('\n'))
    )
      throw error;
    await context.exec(['e2fsck', '-fy', target], { timeoutMs: TUNE_TIMEOUT_MS, okCodes: [0, 1] });
    await context.exec(argv, options);
  }
}
