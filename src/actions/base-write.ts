/** Writes a base's used ranges to a volume in large direct writes, then makes it unique and lets it fill the volume. */
import type { ExtentList } from './extents.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

/** One dd per range; direct I/O on block devices, since buffered writes are several times slower on emulated disks. */
export function ddArguments(image: string, target: string, extent: { offset: number; length: number }): string[] {
  const direct = target.startsWith('/dev/');
  return ['dd', `if=${image}`, `of=${target}`, 'bs=4M', `skip=${extent.offset}`, `seek=${extent.offset}`, `count=${extent.length}`,
    'iflag=skip_bytes,count_bytes,fullblock', `oflag=seek_bytes${direct ? ',direct' : ''}`, 'conv=notrunc', 'status=none'];
}

export const baseWrite: ActionHandler<'base.write'> = {
  kind: 'base.write',
  commands({ params }) {
    return [
      { argv: ['xenwright-write-used-blocks', `$BASES/${params.hash}/image`, params.device], note: 'dd of each used range in extents.json, direct, 4 MiB at a time' },
      { argv: ['tune2fs', '-U', params.uuid, '-L', params.label, params.device] },
      { argv: ['resize2fs', params.device] },
    ];
  },
  async apply({ params }, context) {
    if (params.in === null) await write(params, params.device, context);
    else await context.withTree(params.in, (root) => write(params, `${root}${params.device}`, context));
  },
};

async function write(params: { hash: string; uuid: string; label: string }, target: string, context: ActionContext): Promise<void> {
  const folder = `${context.baseStore}/${params.hash}`;
  const list = JSON.parse(await context.files.readText(`${folder}/extents.json`)) as ExtentList;
  const totalMiB = Math.ceil(list.usedBytes / 1048576);
  let done = 0;
  for (const extent of list.extents) {
    await context.exec(ddArguments(`${folder}/image`, target, extent), { timeoutMs: 60 * 60_000 });
    done += extent.length;
    context.progress(Math.floor(done / 1048576), totalMiB, 'MiB');
  }
  await context.exec(['tune2fs', '-U', params.uuid, '-L', params.label, target], { input: 'y\n' });
  await context.exec(['resize2fs', target]);
}
