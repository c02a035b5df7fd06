/** The single executable with its kit, and the Debian package of both. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildBundle } from '../bundle.mjs';
import { executable, node, root } from '../paths.mjs';
import { buildExecutable } from '../sea.mjs';
import { say } from '../trouble.mjs';
import { makeKit } from './kit.mjs';
import { dependenciesOf } from './libraries.mjs';
import { debianVersion, sourceEpoch, sourceState } from './version.mjs';

/** The version of the package of these sources, and the time that everything in it bears. Trouble: git cannot tell. */
export function packageState() {
  const { version: own } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { commit, tag } = sourceState(own);
  return { version: debianVersion({ version: own, commit, tag }), epoch: sourceEpoch(commit) };
}

/** Of a bundle with these libraries in it; gives the kit that it carries. */
export async function buildWithKit({ outfile = executable, main, libraries, state = packageState() }) {
  let kit = null;
  await buildExecutable(outfile, main, (bare) => {
    kit = makeKit({ libraries, depends: dependenciesOf(bare), ...state });
    return kit;
  });
  return kit;
}

/** `outfile`: the package, made of the sources as they are now. */
export async function buildPackage(outfile, state) {
  const dist = dirname(executable);
  mkdirSync(dist, { recursive: true });
  // Of its own: what stands in dist/ may be used meanwhile, and may be of other sources.
  const parts = mkdtempSync(join(dist, 'package-'));
  try {
    const made = { main: join(parts, 'xenwright.mjs'), outfile: join(parts, 'xenwright') };
    const libraries = await buildBundle(made.main);
    const kit = await buildWithKit({ ...made, libraries, state });
    say('packing it');
    writeFileSync(join(parts, 'kit.json'), JSON.stringify(kit));
    execFileSync(node, [join(root, 'src/setup/debian/write-deb.mjs'), join(parts, 'kit.json'), made.outfile, outfile]);
  } finally {
    rmSync(parts, { recursive: true, force: true });
  }
}
