/**
 * `npm run package`: the single executable as a Debian package, dist/xenwright_VERSION_amd64.deb, for Debian 12 and 13.
 * The same commit gives the same bytes. Its path, from the project's root, is the one line on standard output.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { buildBundle } from './bundle.mjs';
import { buildPackage } from './debian/build-package.mjs';
import { dependenciesOf } from './debian/libraries.mjs';
import { debianVersion, sourceEpoch, sourceState } from './debian/version.mjs';
import { ensure } from './ensure.mjs';
import { executable, root } from './paths.mjs';
import { buildExecutable } from './sea.mjs';
import { runMain, say, Trouble } from './trouble.mjs';

await runMain(async () => {
  const [unknown] = process.argv.slice(2);
  if (unknown !== undefined) throw new Trouble(`package does not know ${unknown}; it takes no arguments`, { exit: 2 });
  const { version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { commit, tag } = sourceState(own);
  const [version, epoch] = [debianVersion({ version: own, commit, tag }), sourceEpoch(commit)];
  await ensure({ purposes: ['sea', 'package'], build: false });
  const dist = dirname(executable);
  const outfile = join(dist, `xenwright_${version}_amd64.deb`);
  mkdirSync(dist, { recursive: true });
  // Of its own: what stands in dist/ may be used meanwhile, and may be of other sources.
  const parts = mkdtempSync(join(dist, 'package-'));
  try {
    const made = { bundle: join(parts, 'xenwright.mjs'), executable: join(parts, 'xenwright') };
    const libraries = await buildBundle(made.bundle);
    await buildExecutable(made.executable, made.bundle);
    say('packing it, for about a minute');
    const depends = dependenciesOf(made.executable);
    await buildPackage({ outfile, executable: made.executable, libraries, depends, version, epoch });
  } finally {
    rmSync(parts, { recursive: true, force: true });
  }
  say(`built ${outfile}`);
  process.stdout.write(`${relative(root, outfile)}\n`);
  return 0;
});
