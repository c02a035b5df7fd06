/**
 * The appliance's own initrd: a static busybox, the few modules it needs, in order and uncompressed, and twenty lines
 * of shell. A general one takes a quarter of a minute longer on an emulated processor, on every start.
 */
import initScript from '../../assets/appliance/initrd-init.sh' with { type: 'text' };
import make from '../../assets/appliance/initrd-make.sh' with { type: 'text' };
import { withValues } from '../plan/shell-words.ts';
import type { RunInTree } from './base-chroot.ts';
import type { ActionContext } from './kind.ts';

/** Disks are told apart by these serials, whatever order the kernel finds them in. */
export const APPLIANCE_SERIALS = { root: 'xw-appliance', tools: 'xw-tools' } as const;

const FOLDER = '/tmp/initrd';
/** Makes it for the newest kernel of the tree. The tree has busybox-static and, by initramfs-tools, cpio. */
export async function makeApplianceInitrd(
  modules: readonly string[],
  tree: string,
  run: RunInTree,
  context: ActionContext,
): Promise<void> {
  const init = withValues(initScript, { root_serial: APPLIANCE_SERIALS.root, tools_serial: APPLIANCE_SERIALS.tools });
  await context.files.writeText(`${tree}${FOLDER}/init`, init, { mode: '0755' });
  await run(['sh', '-e', '-c', make, 'sh', FOLDER, ...modules], { timeoutMs: 120_000 });
}
