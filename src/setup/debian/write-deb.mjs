/**
 * Writes the package, in the project's own Node, which reads the sources as they are. Arguments: the kit (JSON), the
 * executable, the package.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeDeb } from '../../system/own-package/deb.ts';

const [kit, executable, outfile] = process.argv.slice(2);
await writeDeb({
  kit: JSON.parse(readFileSync(kit, 'utf8')),
  executable,
  outfile,
  run: ([command, ...words]) => {
    execFileSync(command, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  },
});
