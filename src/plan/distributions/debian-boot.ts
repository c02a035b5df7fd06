/** How Debian's systems start: settings of update-grub, what runs after upgrades, links to the newest kernel. */
import type { TreeFile } from '../action.ts';
import { commandLine, doubleQuoted } from '../shell-words.ts';
import { scriptFile, textFile } from '../trees/content.ts';
import type { Distribution } from './distribution.ts';

type Boot = Distribution['boot'];

/** Read after /etc/default/grub. */
const SETTINGS = '/etc/default/grub.d/10-xenwright.cfg';

const hostSettings: Boot['hostSettings'] = ({ terminal, linux, xen }) =>
  textFile(
    SETTINGS,
    [
      '# Written by Xenwright. Its own menu entries are made by /etc/grub.d/09_xenwright; this is for the stock ones below them.',
      'GRUB_DEFAULT=0',
      'GRUB_TIMEOUT=3',
      'GRUB_TIMEOUT_STYLE=menu',
      'GRUB_DISTRIBUTOR="Debian"',
      'GRUB_DISABLE_OS_PROBER=true',
      ...terminal,
      'GRUB_CMDLINE_LINUX_DEFAULT="loglevel=4"',
      `GRUB_CMDLINE_LINUX=${doubleQuoted(commandLine(['panic=10', ...linux]))}`,
      ...(xen === null
        ? []
        : [
            // xen.cfg, read after this file, would set a title as the default that translations and trixie's name make
            // wrong.
            'XEN_OVERRIDE_GRUB_DEFAULT=0',
            // The shell reads this, and GRUB what comes of it.
            `GRUB_CMDLINE_XEN=${doubleQuoted(commandLine(xen.arguments))}`,
            `GRUB_CMDLINE_LINUX_XEN_REPLACE=${doubleQuoted(commandLine(['panic=10', ...xen.linux]))}`,
            'GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="loglevel=4"',
          ]),
    ].join('\n'),
  );

/** By the hooks of kernels, and by apt for all other packages. */
function afterUpgrades(program: string): TreeFile[] {
  const hook = `#!/bin/sh\n[ ! -x ${program} ] || ${program} || true`;
  return [
    // After zz-update-grub, by name.
    scriptFile('/etc/kernel/postinst.d/zzz-xenwright', hook),
    scriptFile('/etc/kernel/postrm.d/zzz-xenwright', hook),
    textFile(
      '/etc/apt/apt.conf.d/90xenwright',
      `DPkg::Post-Invoke { "if [ -x ${program} ]; then ${program} || true; fi"; };`,
    ),
  ];
}

const guestSettings = (): TreeFile[] => [
  textFile(
    SETTINGS,
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
];

/** GRUB as Debian has it. */
export const boot: Boot = {
  title: 'Debian',
  menuClass: 'debian',
  kernel: '/vmlinuz',
  initrd: '/initrd.img',
  menu: '/boot/grub/grub.cfg',
  menuMaker: '/etc/grub.d/09_xenwright',
  editEnvironment: '/usr/bin/grub-editenv /boot/grub/grubenv',
  hostSettings,
  afterUpgrades,
  guestSettings,
};
