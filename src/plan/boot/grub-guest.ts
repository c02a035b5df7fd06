/**
 * How a DomU's kernel is found: a first menu, and a script that makes the same entry first whenever the menu is made
 * again inside. It names links which its distribution keeps pointing at the newest kernel, so both GRUB and pygrub find
 * it always.
 */
import { distributionOf } from '../distributions/table.ts';
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

/** The menu, its maker and its settings. */
export function guestGrub(domu: ResolvedDomu): TreeContent {
  const { boot } = distributionOf(domu.settings);
  const entry = [
    `menuentry '${boot.title}' --class ${boot.menuClass} --id xenwright {`,
    '\tinsmod ext2',
    `\tsearch --no-floppy --fs-uuid --set=root ${rootUuid(domu)}`,
    `\tlinux ${boot.kernel} ${guestArguments(domu)}`,
    `\tinitrd ${boot.initrd}`,
    '}',
  ].join('\n');
  return content({
    files: [
      // Inside a menuentry, because pygrub understands nothing else.
      textFile(boot.menu, `set default="0"\nset timeout=1\n${entry}`),
      scriptFile(
        boot.menuMaker,
        `#!/bin/sh\n# Written by Xenwright: the entry that GRUB and pygrub start, first and always the newest kernel.\ncat <<'EOF'\n${entry}\nEOF`,
      ),
      ...boot.guestSettings(),
    ],
  });
}
