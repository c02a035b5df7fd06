/** Every family of distributions. A new one is its files here, a row here, and its name in `name.ts`. */
import { debian } from './debian.ts';
import type { Distribution } from './distribution.ts';
import type { DistributionName } from './name.ts';
import type { ReleaseLists } from './release-lists.ts';

/** By their names in profiles. */
export const distributions: Readonly<Record<DistributionName, Distribution>> = { debian };

/** What the tools of this project itself are made of: the appliance, the boot medium. */
export const ownDistribution: Distribution = debian;

/** That of a host or DomU. Rules have refused others; a plan made without them must not go on. */
export function distributionOf({ distribution }: { readonly distribution: string }): Distribution {
  const found = Object.entries(distributions).find(([name]) => name === distribution)?.[1];
  if (found === undefined) throw new Error(`nothing can be installed of ${distribution}`);
  return found;
}

/** Is this a release, of whatever family, whose tools do not know the newest features of ext4? */
export function hasOlderFilesystems(release: string): boolean {
  return Object.values(distributions).some(({ olderFilesystems }) => olderFilesystems.includes(release));
}

/** What the releases of a family have by name; null where nobody knows, also of a family that has no row. */
export function listsOf(distribution: string): ReleaseLists | null {
  return Object.entries(distributions).find(([name]) => name === distribution)?.[1].lists ?? null;
}
