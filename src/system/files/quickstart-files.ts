/** What the quick start needs of this machine: the user's public keys, a password hash, a file only the user can read. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readOrdinary } from './files.ts';
import { exec } from '../process/exec.ts';

/** Public keys in ~/.ssh, one line each, in the order of their names. */
export async function ownPublicKeys(): Promise<string[]> {
  const folder = join(homedir(), '.ssh');
  const names = await readdir(folder).catch(() => [] as string[]);
  const texts = await Promise.all(
    names
      .filter((name) => name.endsWith('.pub'))
      .sort()
      .map(async (name) => String((await readOrdinary(join(folder, name)).catch(() => null)) ?? '')),
  );
  return texts.flatMap((text) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => /^(ssh-|ecdsa-|sk-)\S+ \S+/.test(line)),
  );
}

/** crypt(5) hash of a password; the password only travels over standard input. */
export async function hashPassword(password: string): Promise<string> {
  const result = await exec(['openssl', 'passwd', '-6', '-stdin'], { input: `${password}\n`, quiet: true });
  return result.stdout.trim();
}
