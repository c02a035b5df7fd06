/**
 * Finished bases that a boot medium carries: the planner takes one that fits instead of building its own. What is
 * damaged, or was made by another version, is told from them here, before anything is planned or written.
 */
import { createHash } from 'node:crypto';
import type { BaseSpec } from '../plan/action.ts';
import { BASE_RECIPE } from '../plan/base-recipe.ts';
import type { BundledBase, SourceMedium, UnfitBase } from './facts.ts';
import { isRecord, parseJson } from './lsblk.ts';
import { BOOT_MEDIUM } from './medium-label.ts';
import type { ProbePort } from './probe-port.ts';

/** Where they are while the medium runs; each folder is like one of the base store. */
export const BUNDLED_BASES = `${BOOT_MEDIUM}/xenwright/bases`;

export interface BundledBases {
  readonly fit: readonly BundledBase[];
  readonly unfit: readonly UnfitBase[];
}

/** Those of the medium that this machine has booted from; none on any other machine. */
export async function probeBundledBases(port: ProbePort): Promise<BundledBases> {
  const fit: BundledBase[] = [];
  const unfit: UnfitBase[] = [];
  for (const name of await port.list(BUNDLED_BASES)) {
    const found = await look(name, port);
    if (typeof found === 'string') unfit.push({ name, why: found });
    else fit.push({ hash: name, base: found });
  }
  return { fit, unfit };
}

/** The image itself is not read through: that takes as long as writing it. */
async function look(name: string, port: ProbePort): Promise<BaseSpec | UnfitBase['why']> {
  const manifest = await readManifest(port, BUNDLED_BASES, name);
  if (manifest === null) return 'damaged';
  if (manifest.recipe !== BASE_RECIPE) return 'version';
  const folder = `${BUNDLED_BASES}/${name}`;
  const extents = await port.read(`${folder}/extents.json`);
  const isWhole =
    extents !== null &&
    manifest.checksums['extents.json'] === createHash('sha256').update(extents).digest('hex') &&
    (await port.list(folder)).includes('image');
  return isWhole ? manifest.base : 'damaged';
}

/**
 * May the finished bases of a medium that packages came from be used? Who signs its package lists says nothing of them:
 * it must be vouched for whole. `manifest` alone is what older hosts have kept of it.
 */
export function mayGiveBases({ booted, sha256, archives }: SourceMedium): boolean {
  return booted === true || sha256 !== undefined || archives.some(({ trust }) => trust === 'manifest');
}

/** What a base in a folder of bases says of itself; null where that cannot be read, or is of another base. */
export async function readManifest(
  port: ProbePort,
  folder: string,
  name: string,
): Promise<{
  readonly base: BaseSpec;
  readonly recipe: number | null;
  /** By file, hex. */
  readonly checksums: Readonly<Record<string, unknown>>;
} | null> {
  const { hash, base, recipe, sha256 } = asRecord(parseJson(await port.read(`${folder}/${name}/manifest.json`)));
  if (hash !== name || !isRecord(base)) return null;
  return {
    base: base as unknown as BaseSpec,
    recipe: typeof recipe === 'number' ? recipe : null,
    checksums: asRecord(sha256),
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
