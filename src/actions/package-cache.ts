/**
 * Packages fetched for one base serve the next: `<store>/packages` has them all, and each build works on hard links in
 * a folder of its own, so that parallel runs share no lock of apt's. apt checks the size of what it finds against the
 * signed lists.
 */
import type { SecretRef } from '../plan/action.ts';
import type { ActionContext } from './kind.ts';

export interface PackageCache {
  /** What one build's apt uses as its archives. */
  readonly archives: string;
  /** A file for root alone with who apt is (apt_auth.conf(5)); null: nobody asks. */
  readonly login: string | null;
  /** Hands new packages over to the shared folder. */
  keep(): Promise<void>;
}

const COPY = 'find "$1" -maxdepth 1 -name "*.deb" -exec cp --link --no-clobber --target-directory="$2" {} +';

/** Opens the cache for a build that works in `folder` (on the store's filesystem). */
export async function openPackageCache(
  folder: string,
  context: ActionContext,
  login: SecretRef | null = null,
): Promise<PackageCache> {
  const shared = `${context.baseStore}/packages`;
  const archives = `${folder}/archives`;
  await context.files.makeDirectory(shared);
  await context.files.makeDirectory(`${archives}/partial`);
  await context.exec(['sh', '-c', COPY, 'sh', shared, archives], { quiet: true });
  // Only packages are handed over from there, and it goes when the base is whole.
  const file = `${archives}/login`;
  if (login !== null) await context.files.writeText(file, await context.secret(login), { mode: '0600' });
  return {
    archives,
    login: login === null ? null : file,
    keep: async () => {
      await context.exec(['sh', '-c', COPY, 'sh', archives, shared], { quiet: true });
    },
  };
}
