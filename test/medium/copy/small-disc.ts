/** Small discs for tests, made by xorriso: a few files with the sums that discs carry of them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const canMakeDiscs = ['/usr/bin/xorriso', '/usr/bin/implantisomd5'].every((path) => existsSync(path));

export interface SmallDisc {
  readonly folder: string;
  readonly iso: string;
  readonly files: Readonly<Record<string, Buffer>>;
  clear(): void;
}

/** `md5sum.txt` is made of the other files unless it is given. */
export function smallDisc(
  files: Readonly<Record<string, string | Buffer>>,
  options: { readonly implant?: boolean } = {},
): SmallDisc {
  const folder = mkdtempSync(join(tmpdir(), 'xw-disc-'));
  const tree = join(folder, 'tree');
  const all = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));
  all['md5sum.txt'] ??= Buffer.from(
    Object.entries(all)
      .map(([path, bytes]) => `${createHash('md5').update(bytes).digest('hex')}  ./${path}\n`)
      .join(''),
  );
  for (const [path, bytes] of Object.entries(all)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), bytes);
  }
  const iso = join(folder, 'disc.iso');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-V', 'SMALL', '-R', '-J', '-o', iso, tree], {
    stdio: 'ignore',
  });
  if (options.implant === true) execFileSync('implantisomd5', [iso], { stdio: 'ignore' });
  return { folder, iso, files: all, clear: () => rmSync(folder, { recursive: true, force: true }) };
}
