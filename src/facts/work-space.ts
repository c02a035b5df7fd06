/** How much room building takes, and where there is enough of it. Pure. */
import type { Action, BaseSpec } from '../plan/action.ts';

export interface Room {
  readonly freeMiB: number;
  readonly isMemory: boolean;
}
export type Space = { readonly needMiB: number } & (
  | { readonly where: 'folder' }
  | { readonly where: 'memory'; readonly sizeMiB: number }
  | {
      readonly where: 'nowhere';
      /** What of the memory could be used. */
      readonly memoryMiB: number;
    }
);

/**
 * Packages and the common tree's archive. A host and one release of DomUs, Debian 13, were measured to take 1950 MiB at
 * most.
 */
const COMMON_MIB = 600;
/** Each role's tree and its image lie side by side while it is built. */
const ROLE_MIB: Readonly<Record<string, number>> = { dom0: 1200, domu: 700, appliance: 900, live: 1700 };
const PACKAGE_MIB = 15;
/** The package of Xenwright itself: its content, and that packed. */
const PACKAGE_OF_TOOLS_MIB = 170;
/** Packages that each role has in any case. */
const OWN_PACKAGES = 25;
/** For the tools themselves, and so that nothing here is killed for want of memory. */
const KEEP_FREE_MIB = 768;
/** Packages that are larger than most still fit; one that does not is built on the disk after all. */
const TREE_SLACK = 1.5;
/** A root in memory keeps this for logs and the like. */
const SLACK_MIB = 200;

/** Room for these bases, in the folder of bases or in a filesystem of its own in memory. */
export function spaceFor(builds: readonly Action[], folder: Room, memoryAvailableMiB: number): Space {
  const needMiB = needOf(builds);
  const memoryMiB = Math.max(0, memoryAvailableMiB - KEEP_FREE_MIB);
  const fitsMemory = needMiB <= memoryMiB;
  if (needMiB === 0 || (needMiB + SLACK_MIB <= folder.freeMiB && (!folder.isMemory || fitsMemory)))
    return { needMiB, where: 'folder' };
  return fitsMemory
    ? { needMiB, where: 'memory', sizeMiB: needMiB + SLACK_MIB }
    : { needMiB, where: 'nowhere', memoryMiB };
}

function needOf(builds: readonly Action[]): number {
  return builds.reduce((sum, action) => {
    if (action.kind === 'tools.package') return sum + PACKAGE_OF_TOOLS_MIB;
    return action.kind === 'base.build' ? sum + roomOf(action.params.base) : sum;
  }, 0);
}

function roomOf({ role, packages }: Pick<BaseSpec, 'role' | 'packages'>): number {
  return role === 'common'
    ? COMMON_MIB
    : (ROLE_MIB[role] ?? 0) + Math.max(0, packages.length - OWN_PACKAGES) * PACKAGE_MIB;
}

/**
 * How large a filesystem in memory one base's tree may get, MiB; null where so much is not to spare. `promisedMiB`: to
 * the trees that are there already.
 */
export function treeInMemoryMiB(
  base: Pick<BaseSpec, 'role' | 'packages'>,
  availableMiB: number,
  promisedMiB: number,
): number | null {
  const sizeMiB = Math.ceil(roomOf(base) * TREE_SLACK);
  return availableMiB - promisedMiB - sizeMiB < Math.max(KEEP_FREE_MIB, availableMiB / 3) ? null : sizeMiB;
}
