/** Names of packages that this machine's apt knows. None where there is no apt, or where its lists were never fetched. */
import { exec } from './exec.ts';

const LIMIT_MS = 30_000;

export async function packageNames(): Promise<readonly string[]> {
  const { stdout } = await exec(['apt-cache', 'pkgnames'], { quiet: true, timeoutMs: LIMIT_MS }).catch(() => ({
    stdout: '',
  }));
  return stdout
    .split('\n')
    .filter((name) => name !== '')
    .sort();
}
