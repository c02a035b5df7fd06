/** Makes the disk boot, and reads back whether it will: boot files, both GRUBs, grub.cfg. */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { ActionOf } from '../plan/action.ts';
import { bootFindings } from './boot-findings.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

const SLOW_MS = 15 * 60_000;

export const treeBootFiles: ActionHandler<'tree.boot-files'> = {
  kind: 'tree.boot-files',
  commands: ({ params }) => [
    { argv: ['cp', '-a', '$TREE/boot/.', '$BOOT/'], note: `${params.bootDevice} takes what the base has under /boot` },
  ],
  async apply({ params }, context) {
    const rootMount = params.tree.mounts.find((mount) => mount.at === '/');
    if (rootMount === undefined) throw new Error('tree.boot-files: the tree has no root');
    const tree = {
      domain: `${params.tree.domain}-boot`,
      mounts: [rootMount, { device: params.bootDevice, at: '/mnt', type: 'ext4' }],
    };
    await context.withTree(tree, async (root) => {
      await context.exec(['cp', '-a', `${root}/boot/.`, `${root}/mnt/`], { timeoutMs: SLOW_MS });
      await context.exec(['sync', '-f', `${root}/mnt`], { timeoutMs: SLOW_MS });
      await context.exec(['sh', '-c', 'rm -rf "$1"/boot/*', 'sh', root]);
    });
  },
};

/** Where the firmware's variables are, seen from a system's root. */
const EFI_VARIABLES = '/sys/firmware/efi/efivars';

/** Any disk may be the one that is left: each has the same on its ESP. */
const COPY_ESP = 'mount -t vfat "$1" /mnt; cp -a /boot/efi/. /mnt/; umount /mnt';

/** The package of GRUB for BIOS has it beside its modules; grub-install does the same by itself. */
const BIOS_SETUP = '/usr/lib/grub/i386-pc/grub-bios-setup';
/** Every firmware finds it, without an entry. */
const REMOVABLE = '/boot/efi/EFI/BOOT/BOOTX64.EFI';

/** The ESPs that are not mounted in the tree get what is on the one that is. */
function espCopies([, ...further]: readonly { readonly esp: string | null }[]): string[][] {
  return further.flatMap(({ esp }) => (esp === null ? [] : [['sh', '-e', '-c', COPY_ESP, 'sh', esp]]));
}

/** The grub-install(8) calls, run inside the tree. */
export function grubInstallCommands(params: {
  bootSets: readonly { readonly disk: string; readonly esp: string | null }[];
  bios: boolean;
  uefi: boolean;
  nvram: boolean;
}): string[][] {
  const efi = [
    'grub-install',
    '--target=x86_64-efi',
    '--efi-directory=/boot/efi',
    '--bootloader-id=xenwright',
    '--recheck',
  ];
  return [
    ...(params.bios ? params.bootSets.map(({ disk }) => ['grub-install', '--target=i386-pc', '--recheck', disk]) : []),
    // The removable path always: firmwares forget their entries, and a disk may move to another machine.
    ...(params.uefi ? [[...efi, '--removable', '--no-nvram']] : []),
    ...(params.uefi ? espCopies(params.bootSets) : []),
    ...(params.uefi && params.nvram ? [efi] : []),
    ['update-grub'],
  ];
}

/** What is left to do, inside the tree, where everything on /boot was made before. */
function grubSetUpCommands(params: {
  bootSets: readonly { readonly disk: string; readonly esp: string | null }[];
  bios: boolean;
  uefi: boolean;
}): string[][] {
  return [
    ...(params.bios ? params.bootSets.map(({ disk }) => [BIOS_SETUP, '--directory=/boot/grub/i386-pc', disk]) : []),
    ...(params.uefi ? [['install', '-D', '-m', '0700', '/boot/grub/x86_64-efi/core.efi', REMOVABLE]] : []),
    ...(params.uefi ? espCopies(params.bootSets) : []),
  ];
}

function commandsOf(params: ActionOf<'boot.install'>['params']): string[][] {
  return params.isPrepared === true ? grubSetUpCommands(params) : grubInstallCommands(params);
}

export const bootInstall: ActionHandler<'boot.install'> = {
  kind: 'boot.install',
  commands: ({ params }) => commandsOf(params).map((argv) => ({ argv: ['chroot', '$TREE', ...argv] })),
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await context.exec(['mkdir', '-p', `${root}/boot/grub`]);
      const nvram = params.nvram && (await reachFirmware(root, context));
      const commands = commandsOf({ ...params, nvram });
      for (const [index, argv] of commands.entries()) {
        const run = async (): Promise<unknown> => await context.exec(['chroot', root, ...argv], { timeoutMs: SLOW_MS });
        await (asksFirmware(argv)
          ? run().catch((error: unknown) => {
              tolerate(error, context);
            })
          : run());
        context.progress(index + 1, commands.length, 'steps');
      }
      if (params.isPrepared !== true)
        await context.exec(['chroot', root, 'grub-editenv', '/boot/grub/grubenv', 'create']);
    });
  },
};

/** Only this call writes a boot entry into the firmware; all else of it was done before, for the removable path. */
function asksFirmware(argv: readonly string[]): boolean {
  return argv[0] === 'grub-install' && argv.includes('--target=x86_64-efi') && !argv.includes('--no-nvram');
}

/**
 * Some firmwares are full, or take no entry from a system that was started over the network. The disk's removable path
 * needs none.
 */
function tolerate(error: unknown, context: ActionContext): void {
  if (!(error instanceof XenwrightError) || error.code !== 'command-failed') throw error;
  context.notice('notices.noBootEntry', { reason: error.message });
}

/**
 * The firmware's variables, in the tree: rescue systems often have a kernel that was not started by UEFI, or does not
 * show them.
 */
async function reachFirmware(root: string, context: ActionContext): Promise<boolean> {
  const at = `${root}${EFI_VARIABLES}`;
  const can =
    (await context.files.exists(EFI_VARIABLES)) &&
    (await context
      .exec(['mount', '-t', 'efivarfs', 'efivarfs', at], { timeoutMs: 60_000, okCodes: [0, 1, 32] })
      .then(({ exitCode }) => exitCode === 0));
  if (!can) context.notice('notices.noVariables');
  return can;
}

export const bootVerify: ActionHandler<'boot.verify'> = {
  kind: 'boot.verify',
  commands: () => [
    { argv: ['grep', '-e', 'xenwright-xen', '-e', 'xenwright-plain', '-e', 'multiboot2', '$TREE/boot/grub/grub.cfg'] },
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      const config = await context.files.readText(`${root}/boot/grub/grub.cfg`).catch(() => '');
      const files = await context.exec(['find', `${root}/boot`, '-type', 'f', '-size', '+0', '-printf', '/%P\n'], {
        quiet: true,
      });
      const findings = bootFindings({ config, files: files.stdout.trim().split('\n'), ...params });
      if (findings.length === 0) return;
      throw failure('boot-unsound', EXIT.action, {}, { lines: findings });
    });
  },
};
