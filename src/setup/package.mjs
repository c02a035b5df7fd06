/**
 * `npm run package`: the single executable as a Debian package, dist/xenwright_VERSION_amd64.deb, for Debian 12 and 13.
 * The same commit gives the same bytes. Its path, from the project's root, is the one line on standard output. With
 * `--output FILE` it is written there: so an install from the sources gets what it puts onto the host.
 */
import { dirname, join, relative, resolve } from 'node:path';
import { buildPackage, packageState } from './debian/build.mjs';
import { ensure } from './ensure.mjs';
import { executable, root } from './paths.mjs';
import { runMain, say, Trouble } from './trouble.mjs';

await runMain(async () => {
  const [option, file, ...more] = process.argv.slice(2);
  const isKnown = option === undefined || (option === '--output' && file !== undefined && more.length === 0);
  if (!isKnown) throw new Trouble(`package does not know ${option}; there is --output FILE`, { exit: 2 });
  const state = packageState();
  await ensure({ purposes: ['sea', 'package'], build: false });
  const outfile =
    file === undefined ? join(dirname(executable), `xenwright_${state.version}_amd64.deb`) : resolve(file);
  await buildPackage(outfile, state);
  say(`built ${outfile}`);
  process.stdout.write(`${file === undefined ? relative(root, outfile) : outfile}\n`);
  return 0;
});
