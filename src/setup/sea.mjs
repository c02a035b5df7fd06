/** The bundle and Node.js as one file, dist/xenwright: for systems without Node.js, such as a hoster's rescue system. */
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    copyFileSync(main, join(folder, MAIN));
    if (kitOf !== null) writeFileSync(join(folder, KIT), JSON.stringify(kitOf(bare)));
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
        ...(kitOf === null ? {} : { assets: { [KIT]: KIT } }),
      }),
    );
    await step('build-sea', node, ['--build-sea', 'sea.json'], { cwd: folder });
    renameSync(made, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`built ${outfile} (${Math.round(statSync(outfile).size / 1024 ** 2)} MiB)`);
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
