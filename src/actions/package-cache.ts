/**
 * Packages fetched for one base serve the next: `<store>/packages` has them all, and each build works on hard links in a
 * folder of its own, so that parallel runs share no lock of apt's. apt checks the size of what it finds against the signed lists.
 */
import type { ActionContext } from './kind.ts';

export interface PackageCache {
  /** What one build's apt uses as its archives. */
  readonly archives: string;
  /** Hands new packages over to the shared folder. */
  keep(): Promise<void>;
}

const COPY = 'find "$1" -maxdepth 1 -name "*.deb" -exec cp --link --no-clobber --target-directory="$2" {} +';

/** Opens the cache for a build that works in `folder` (on the store's filesystem). */
export async function openPackageCache(folder: string, context: ActionContext): Promise<PackageCache> {
  const shared = `${context.baseStore}/packages`;
  const archives = `${folder}/archives`;
  await context.files.makeDirectory(shared);
  await context.files.makeDirectory(`${archives}/partial`);
  await context.exec(['sh', '-c', COPY, 'sh', shared, archives], { quiet: true });
  return {
    archives,
    keep: async () => { await context.exec(['sh', '-c', COPY, 'sh', archives, shared], { quiet: true }); },
  };
}
