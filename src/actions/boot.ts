/** Makes the disk boot, and reads back whether it will: boot files, both GRUBs, grub.cfg. */
import { EXIT, XenwrightError } from '../errors.ts';
import { bootFindings } from './boot-findings.ts';
import type { ActionHandler } from './kind.ts';

const SLOW_MS = 15 * 60_000;

export const treeBootFiles: ActionHandler<'tree.boot-files'> = {
  kind: 'tree.boot-files',
  commands: ({ params }) => [{ argv: ['cp', '-a', '$TREE/boot/.', '$BOOT/'], note: `${params.bootDevice} takes what the base has under /boot` }],
  async apply({ params }, context) {
    const rootMount = params.tree.mounts.find((mount) => mount.at === '/');
    if (rootMount === undefined) throw new Error('tree.boot-files: the tree has no root');
    const tree = { domain: `${params.tree.domain}-boot`, mounts: [rootMount, { device: params.bootDevice, at: '/mnt', type: 'ext4' }] };
    await context.withTree(tree, async (root) => {
      await context.exec(['cp', '-a', `${root}/boot/.`, `${root}/mnt/`], { timeoutMs: SLOW_MS });
      await context.exec(['sync', '-f', `${root}/mnt`], { timeoutMs: SLOW_MS });
      await context.exec(['sh', '-c', 'rm -rf "$1"/boot/*', 'sh', root]);
    });
  },
};

/** The grub-install(8) calls, run inside the tree. */
export function grubInstallCommands(params: { disk: string; bios: boolean; uefi: boolean; nvram: boolean }): string[][] {
  const efi = ['grub-install', '--target=x86_64-efi', '--efi-directory=/boot/efi', '--bootloader-id=xenwright', '--recheck'];
  return [
    ...(params.bios ? [['grub-install', '--target=i386-pc', '--recheck', params.disk]] : []),
    // The removable path always: firmwares forget their entries, and a disk may move to another machine.
    ...(params.uefi ? [[...efi, '--removable', '--no-nvram']] : []),
    ...(params.uefi && params.nvram ? [efi] : []),
    ['update-grub'],
  ];
}

export const bootInstall: ActionHandler<'boot.install'> = {
  kind: 'boot.install',
  commands: ({ params }) => grubInstallCommands(params).map((argv) => ({ argv: ['chroot', '$TREE', ...argv] })),
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await context.exec(['mkdir', '-p', `${root}/boot/grub`]);
      const commands = grubInstallCommands(params);
      for (const [index, argv] of commands.entries()) {
        await context.exec(['chroot', root, ...argv], { timeoutMs: SLOW_MS });
        context.progress(index + 1, commands.length, 'steps');
      }
      await context.exec(['chroot', root, 'grub-editenv', '/boot/grub/grubenv', 'create']);
    });
  },
};

export const bootVerify: ActionHandler<'boot.verify'> = {
  kind: 'boot.verify',
  commands: () => [{ argv: ['grep', '-e', 'xenwright-xen', '-e', 'xenwright-plain', '-e', 'multiboot2', '$TREE/boot/grub/grub.cfg'] }],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      const config = await context.files.readText(`${root}/boot/grub/grub.cfg`).catch(() => '');
      const files = await context.exec(['find', `${root}/boot`, '-type', 'f', '-size', '+0', '-printf', '/%P\n'], { quiet: true });
      const findings = bootFindings({ config, files: files.stdout.trim().split('\n'), ...params });
      if (findings.length === 0) return;
      throw new XenwrightError({ code: 'boot-unsound', exit: EXIT.action, message: 'the boot loader would not start what was installed', lastLines: findings, hint: 'nothing was rebooted; the log has the output of grub-install and update-grub' });
    });
  },
};
