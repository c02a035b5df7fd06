/**
 * A domain's own copy of its base, beside the bases: made, closed when it is configured, and removed when it has been
 * written. It holds host keys and passwords: for root alone.
 */
import { noteExtents } from './base-image.ts';
import type { ActionHandler } from './kind.ts';

const LIMIT_MS = 15 * 60_000;

/** A hole in the file, which the filesystem then has: what is not written to is not written to the target either. */
function growth(image: string, growMiB: number | undefined): string[][] {
  return growMiB === undefined
    ? []
    : [
        ['truncate', `--size=+${growMiB}M`, image],
        ['resize2fs', image],
      ];
}

export const rootCopy: ActionHandler<'root.copy'> = {
  kind: 'root.copy',
  commands: ({ params: { from, copy, growMiB } }) => [
    { argv: ['install', '-d', '-m', '0700', `$BASES/${copy}`] },
    { argv: ['cp', '--sparse=always', `$BASES/${from}/image`, `$BASES/${copy}/image`] },
    ...growth(`$BASES/${copy}/image`, growMiB).map((argv) => ({ argv })),
  ],
  async apply({ params: { from, copy, growMiB } }, context) {
    const folder = `${context.baseStore}/${copy}`;
    // Of an earlier run, or of a try that was killed: nobody else is given what was made in it.
    await context.files.remove(folder);
    await context.files.makeDirectory(folder, '0700');
    await context.exec(['cp', '--sparse=always', `${context.baseStore}/${from}/image`, `${folder}/image`], {
      timeoutMs: LIMIT_MS,
    });
    for (const argv of growth(`${folder}/image`, growMiB)) await context.exec(argv, { timeoutMs: LIMIT_MS });
    await context.exec(['sync', `${folder}/image`], { quiet: true, timeoutMs: LIMIT_MS });
  },
};

export const rootClose: ActionHandler<'root.close'> = {
  kind: 'root.close',
  commands: ({ params: { copy } }) => [
    {
      argv: ['dumpe2fs', `$BASES/${copy}/image`],
      note: 'unmounted first; the ranges that are used are written to extents.json beside it',
    },
  ],
  async apply({ params: { tree, copy } }, context) {
    const folder = `${context.baseStore}/${copy}`;
    await context.closeTree(tree);
    await context.exec(['sync', `${folder}/image`], { quiet: true, timeoutMs: LIMIT_MS });
    await noteExtents(folder, context);
  },
};

export const rootDrop: ActionHandler<'root.drop'> = {
  kind: 'root.drop',
  commands: ({ params: { copies } }) => [
    { argv: ['rm', '-rf', '--one-file-system', ...copies.map((copy) => `$BASES/${copy}`)] },
  ],
  async apply({ params: { copies } }, context) {
    for (const copy of copies) await context.files.remove(`${context.baseStore}/${copy}`);
  },
};
