/** The set-up step: what a command needs is made ready; nothing is done, and little time taken, when all is there. */
import { ensureBundle } from './bundle.mjs';
import { ensureModules } from './node-modules.mjs';
import { ensurePackages, systemName } from './packages.mjs';
import { handOver } from './child.mjs';
import { bundle, node } from './paths.mjs';
import { Trouble } from './trouble.mjs';

/** `purposes`: keys of PACKAGES. `build`: is the bundle needed? */
export async function ensure({ purposes = [], build = true } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Trouble(`Xenwright runs on Linux on x86-64; this is ${systemName()} on ${process.arch}`, { exit: 4, hint: 'Run it on a Debian or Ubuntu machine, or in a virtual machine with one.' });
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Trouble(`Node.js 20 or newer is needed to set up; this is ${process.versions.node}`, { exit: 4, hint: 'Debian 13 has a new enough nodejs package; on Debian 12 take one from nodejs.org.' });
  }
  await ensurePackages(['run', ...purposes]);
  await ensureModules();
  if (build) await ensureBundle();
}

/** Runs the command line in the project's own Node, in this terminal. */
export async function runXenwright(args) {
  return await handOver(node, [bundle, ...args]);
}

/** What a command line needs of this system beyond running at all. */
export function purposesOf(args) {
  const [command] = args;
  const asksOnly = args.includes('--help') || args.includes('-h') || args.includes('--dry-run') || args.includes('--demo') || args.some((arg) => arg === '--replay' || arg.startsWith('--replay='));
  if (asksOnly) return [];
  if (command === 'boot' || command === 'rehearse' || command === 'quickstart') return ['image'];
  if (command === 'medium') return args[1] === 'build' ? ['medium'] : [];
  // The wizard (no command): it ends in an install.
  if (command === 'install' || command?.startsWith('--image')) return args.some((arg) => arg === '--image' || arg.startsWith('--image=')) ? ['image'] : ['disks'];
  return [];
}
