/** The bundle and Node.js as one file, dist/xenwright: for systems without Node.js, such as a hoster's rescue system. */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled, piecesOf } from './bundle.mjs';
import { runLogged } from './child.mjs';
import { bundle, executable, node } from './paths.mjs';
import { say, Trouble } from './trouble.mjs';

/** The executable keeps the name that its program was given by: one without the folder that it was built in. */
const MAIN = 'xenwright.mjs';
/** KIT_ASSET of src/system/own-package/kit.ts. */
const KIT = 'package.json';

/**
 * Builds beside and renames. The bundle must be there. The same bundle gives the same bytes, in any folder. `kitOf`:
 * what of the Debian package goes into it (debian/kit.mjs), by the executable as it is before; it can then make that
 * package.
 */
export async function buildExecutable(outfile = executable, main = bundle, kitOf = null) {
  const folder = `${outfile}.${process.pid}.parts`;
  mkdirSync(folder, { recursive: true });
  try {
    const bare = join(folder, 'node');
    copyFileSync(node, bare);
    // Before the program goes in: strip(1) would take it out again.
    await step('strip', 'strip', [bare], { hint: 'The Debian package binutils has strip.' });
    const made = join(folder, 'xenwright');
    const begin = fileURLToPath(new URL('sea-main.mjs', import.meta.url));
    writeFileSync(join(folder, MAIN), await bundled({ entryPoints: [begin] }));
    const assets = piecesInto(folder, main);
    if (kitOf !== null) {
      writeFileSync(join(folder, KIT), JSON.stringify(kitOf(bare)));
      assets[KIT] = KIT;
    }
    // No options of Node.js from the environment: the program is what it is.
    writeFileSync(
      join(folder, 'sea.json'),
      JSON.stringify({
        main: MAIN,
        mainFormat: 'module',
        executable: 'node',
        output: 'xenwright',
        disableExperimentalSEAWarning: true,
        execArgvExtension: 'none',
        assets,
      }),
    );
    await step('build-sea', node, ['--build-sea', 'sea.json'], { cwd: folder });
    renameSync(made, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`built ${outfile} (${Math.round(statSync(outfile).size / 1024 ** 2)} MiB)`);
}

/** Copies of the program's pieces, by their names in the executable. */
function piecesInto(folder, main) {
  const pieces = piecesOf(main);
  const names = readdirSync(pieces);
  mkdirSync(join(folder, 'pieces'));
  for (const name of names) copyFileSync(join(pieces, name), join(folder, 'pieces', name));
  return Object.fromEntries(names.sort().map((name) => [name, `pieces/${name}`]));
}

async function step(name, command, args, { hint, cwd } = {}) {
  const { code, output } = await runLogged(name, command, args, { cwd });
  if (code !== 0)
    throw new Trouble(
      `${name} failed with exit code ${code}:\n${output
        .slice(-20)
        .map((line) => `  | ${line}`)
        .join('\n')}`,
      { hint },
    );
}
