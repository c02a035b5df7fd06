/** The set-up step: what running at all needs is made ready; nothing is done, and little time taken, when all is there. */
import { ensureBundle } from './bundle.mjs';
import { ensureModules, isInstalled } from './node-modules.mjs';
import { installPackages, PACKAGES, packagesToInstall, systemName } from './packages.mjs';
import { handOver } from './child.mjs';
import { bundle, compileCache, node } from './paths.mjs';
import { Trouble } from './trouble.mjs';

/** Debian 12 has 18, Ubuntu 24.04 too. */
const OLDEST_NODE = 18;

/**
 * `purposes`: further keys of PACKAGES. `build`: is the bundle needed? `develops`: are the libraries of checks and
 * tests needed, too? They are half of what there is to fetch.
 */
export async function ensure({ purposes = [], build = true, develops = false } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Trouble(`Xenwright runs on Linux on x86-64; this is ${systemName()} on ${process.arch}`, {
      exit: 4,
      hint: 'Run it on a Debian or Ubuntu machine, or in a virtual machine with one.',
    });
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Trouble(`Node.js ${OLDEST_NODE} or newer is needed to set up; this is ${process.versions.node}`, {
      exit: 4,
      hint: 'Debian 12 and Ubuntu 24.04 have a new enough nodejs package; elsewhere take one from nodejs.org.',
    });
  }
  const missing = packagesToInstall(['run', ...(isInstalled({ develops }) ? [] : ['fetch']), ...purposes]);
  // npm needs these; what else is missing is installed while it fetches.
  await installPackages(missing.filter((name) => PACKAGES.fetch.includes(name)));
  const ended = await Promise.allSettled([
    installPackages(missing.filter((name) => !PACKAGES.fetch.includes(name))),
    ensureModules({ develops }),
  ]);
  for (const { reason } of ended) if (reason !== undefined) throw reason;
  if (build) await ensureBundle();
}

/**
 * Runs the command line in the project's own Node, in this terminal. What a command needs of this system beyond running
 * at all it installs by itself, once it has understood its arguments; the environment says that nobody is asked about
 * it, since npm sets up.
 */
export async function runXenwright(args) {
  await ensure();
  return await handOver(node, [bundle, ...args], {
    env: { NODE_COMPILE_CACHE: compileCache, ...process.env, XENWRIGHT_SETS_UP: '1' },
  });
}
