/** The bundle and Node.js as one file, dist/xenwright: for systems without Node.js, such as a hoster's rescue system. */
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './child.mjs';
import { bundle, executable, node } from './paths.mjs';
import { say, Trouble } from './trouble.mjs';

/** Builds beside and renames. The bundle must be there. */
export async function buildExecutable(outfile = executable, main = bundle) {
  const folder = `${outfile}.${process.pid}.parts`;
  mkdirSync(folder, { recursive: true });
  try {
    const bare = join(folder, 'node');
    copyFileSync(node, bare);
    // Before the program goes in: strip(1) would take it out again.
    await step('strip', 'strip', [bare], 'The Debian package binutils has strip.');
    const made = join(folder, 'xenwright');
    const config = join(folder, 'sea.json');
    // No options of Node.js from the environment: the program is what it is.
    writeFileSync(
      config,
      JSON.stringify({
        main,
        mainFormat: 'module',
        executable: bare,
        output: made,
        disableExperimentalSEAWarning: true,
        execArgvExtension: 'none',
      }),
    );
    await step('build-sea', node, ['--build-sea', config]);
    renameSync(made, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`built ${outfile} (${Math.round(statSync(outfile).size / 1024 ** 2)} MiB)`);
}

async function step(name, command, args, hint) {
  const { code, output } = await runLogged(name, command, args);
  if (code !== 0)
    throw new Trouble(
      `${name} failed with exit code ${code}:\n${output
        .slice(-20)
        .map((line) => `  | ${line}`)
        .join('\n')}`,
      { hint },
    );
}
