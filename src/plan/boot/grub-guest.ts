/**
 * How a DomU's kernel is found: a first grub.cfg, and a script that makes the same entry first at every update-grub
 * inside. It names /vmlinuz and /initrd.img, which Debian keeps pointing at the newest kernel, so both GRUB and pygrub
 * find it always.
 */
import type { ResolvedDomu, TreeContent } from '../model.ts';
import { content, scriptFile, textFile } from '../trees/content.ts';

function rootUuid(domu: ResolvedDomu): string {
  const root = domu.volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error(`${domu.settings.name}: no root volume`);
  return root.uuid;
}

/** The kernel's arguments in a guest. */
export function guestArguments(domu: ResolvedDomu): string {
  return `root=UUID=${rootUuid(domu)} ro ${domu.type === 'hvm' ? 'console=tty0 console=ttyS0 ' : ''}console=hvc0`;
}

/** grub.cfg, its maker and its settings. */
export function guestGrub(domu: ResolvedDomu): TreeContent {
  const entry = [
    "menuentry 'Debian' --class debian --id xenwright {",
    '\tinsmod ext2',
    `\tsearch --no-floppy --fs-uuid --set=root ${rootUuid(domu)}`,
    `\tlinux /vmlinuz ${guestArguments(domu)}`,
    '\tinitrd /initrd.img',
    '}',
  ].join('\n');
  return content({
    files: [
      // Inside a menuentry, because pygrub understands nothing else.
      textFile('/boot/grub/grub.cfg', `set default="0"\nset timeout=1\n${entry}`),
      scriptFile(
        '/etc/grub.d/09_xenwright',
        `#!/bin/sh\n# Written by Xenwright: the entry that GRUB and pygrub start, first and always the newest kernel.\ncat <<'EOF'\n${entry}\nEOF`,
      ),
      textFile(
        '/etc/default/grub.d/10-xenwright.cfg',
        [
          'GRUB_DEFAULT=0',
          'GRUB_TIMEOUT=1',
          'GRUB_TIMEOUT_STYLE=menu',
          'GRUB_DISTRIBUTOR="Debian"',
          'GRUB_DISABLE_OS_PROBER=true',
          'GRUB_TERMINAL=console',
          'GRUB_CMDLINE_LINUX_DEFAULT=""',
          'GRUB_CMDLINE_LINUX="console=hvc0"',
        ].join('\n'),
      ),
      // Keeps /vmlinuz and /initrd.img pointing at the newest kernel.
      textFile('/etc/kernel-img.conf', 'do_symlinks = yes\nlink_in_boot = no'),
      textFile(
        '/etc/initramfs-tools/modules',
        '# Written by Xenwright: a guest always needs these.\nxen-blkfront\nxen-netfront',
      ),
    ],
  });
}
