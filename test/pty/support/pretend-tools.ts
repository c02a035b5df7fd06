/** A pretended mmdebstrap: it talks until a file says how it ends, so that the engine is real and nothing is installed. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the environment needs so that the pretended tool is found. */
export function withPretendTools(folder: string): Readonly<Record<string, string>> {
  return { PATH: `${join(folder, 'tools')}:${process.env['PATH'] ?? ''}`, XENWRIGHT_BASES: join(folder, 'bases') };
}

export function pretendTools(folder: string): void {
  mkdirSync(join(folder, 'tools'), { recursive: true });
  const tool = join(folder, 'tools/mmdebstrap');
  writeFileSync(
    tool,
    `#!/bin/sh\nn=0\n# A killed run leaves it behind: it ends with the folder, too.
while [ -d ${folder}/tools ] && [ ! -e ${folder}/verdict ]; do n=$((n+1)); echo "fetching package $n"; sleep 0.1; done\necho "the mirror is on fire" >&2\nexit 1\n`,
  );
  chmodSync(tool, 0o755);
}

/** Every pretended tool fails from now on. */
export function letToolsFail(folder: string): void {
  writeFileSync(join(folder, 'verdict'), 'fail');
}
