/**
 * What lies beside the image of a base: its manifest, and the list of its used ranges. Both are read back long after
 * they were written, from stores and media that may be torn, full or old. Pure over its port.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { BaseSpec } from '../plan/action.ts';
import { BASE_RECIPE } from '../plan/base-recipe.ts';
import { baseSpec } from './facts-schema.ts';
import { parseJson } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

export type BaseReader = Pick<ProbePort, 'read' | 'list'>;

/** `base` of a manifest is what its schema has looked at. */
export interface BaseManifest {
  readonly base: BaseSpec;
  /** Null: from before there were any. */
  readonly recipe: number | null;
  /** SHA-256 in hex, by file. */
  readonly checksums: Readonly<Record<string, string>>;
  /** Versions by package, of what was built here. */
  readonly packages: Readonly<Record<string, string>>;
}

const textsByName = z.record(z.string(), z.string());
const manifest = z.looseObject({
  hash: z.string(),
  base: baseSpec,
  recipe: z.number().nullable().catch(null),
  sha256: textsByName.default({}),
  packages: textsByName.default({}),
});

const other = manifest.pick({ hash: true, recipe: true });

const bytes = z.int().nonnegative();
const extentList = z
  .looseObject({
    sizeBytes: bytes,
    usedBytes: bytes,
    extents: z.array(z.looseObject({ offset: bytes, length: z.int().positive() })),
  })
  .refine(({ sizeBytes, extents }) => extents.every(({ offset, length }) => offset + length <= sizeBytes));

/** The ranges of a base's image that are used, none of them past its end; null where the text is no such list. */
export function extentsIn(text: string | null): z.infer<typeof extentList> | null {
  return extentList.safeParse(parseJson(text)).data ?? null;
}

/** What a base in a folder of bases says of itself; null where that cannot be read, or is of another base. */
export async function readManifest(port: BaseReader, folder: string, name: string): Promise<BaseManifest | null> {
  return manifestIn(await manifestData(port, folder, name), name);
}

async function manifestData(port: BaseReader, folder: string, name: string): Promise<unknown> {
  return parseJson(await port.read(`${folder}/${name}/manifest.json`));
}

function manifestIn(said: unknown, name: string): BaseManifest | null {
  const { data } = manifest.safeParse(said);
  if (data?.hash !== name) return null;
  const { base, recipe, sha256, packages } = data;
  return { base: base as unknown as BaseSpec, recipe, checksums: sha256, packages };
}

/**
 * Why a base in a folder of bases cannot be used: `version`: a Xenwright of another version has made it; `damaged`:
 * something of it is missing or torn. Its manifest where it can. The image itself is not read through: that takes as
 * long as writing it.
 */
export async function lookAtBase(
  port: BaseReader,
  folder: string,
  name: string,
): Promise<BaseManifest | 'version' | 'damaged'> {
  const data = await manifestData(port, folder, name);
  // Another version may say other things of its bases.
  const known = other.safeParse(data).data;
  if (known?.hash === name && known.recipe !== BASE_RECIPE) return 'version';
  const read = manifestIn(data, name);
  if (read === null) return 'damaged';
  const names = await port.list(`${folder}/${name}`);
  // A medium carries no kernels: those of the appliance alone are started from outside of their image.
  const needed = [
    'image',
    'extents.json',
    'tree.tar',
    ...(read.base.role === 'appliance' ? ['vmlinuz', 'initrd.img'] : []),
  ];
  if (needed.some((file) => file in read.checksums && !names.includes(file))) return 'damaged';
  if (!('image' in read.checksums)) return read;
  const extents = await port.read(`${folder}/${name}/extents.json`);
  const isWhole =
    extentsIn(extents) !== null &&
    read.checksums['extents.json'] ===
      createHash('sha256')
        .update(extents ?? '')
        .digest('hex');
  return isWhole ? read : 'damaged';
}
