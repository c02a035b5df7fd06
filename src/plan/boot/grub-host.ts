/** Dom0's boot menu: Xen first, the plain kernel as the way out, and a check after every package upgrade. */
import menuScript from '../../../assets/host/09_xenwright.sh' with { type: 'text' };
import verifyBoot from '../../../assets/host/verify-boot.sh' with { type: 'text' };
import type { HostModel, TreeContent } from '../model.ts';
import { grubConsole, linuxConsolePlain, linuxConsoleUnderXen, xenConsole } from './console-words.ts';
import { addsOf } from '../storage/devices/table.ts';
import { downFrom } from '../storage/graph.ts';
import { content, scriptFile, textFile } from '../trees/content.ts';
import { withValues } from '../shell-words.ts';

/** Xen's command line: Dom0's memory is fixed, a hanging Xen resets the machine by its own watchdog. */
export function xenArguments(model: HostModel): string[] {
  const memory = `${model.dom0MemoryMiB}M`;
  const options = model.profile.host.xen.options.split(/\s+/).filter((word) => word !== '');
  return [
    `dom0_mem=${memory},max:${memory}`,
    `dom0_max_vcpus=${model.dom0Vcpus}`,
    ...xenConsole(model.console),
    'loglvl=warning',
    'guest_loglvl=warning',
    'watchdog',
    'ucode=scan',
    ...options,
  ];
}

/** root= for the kernel: what the devices below it give, which the initrd knows how to open; the UUID otherwise. */
export function rootArguments({ storage, volumes, profile }: HostModel): string[] {
  const root = volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error('the host has no root volume');
  const given = downFrom(storage, root.deviceId).flatMap(
    (node) => addsOf(storage, node, profile.host).kernelArguments ?? [],
  );
  return given.some((word) => word.startsWith('root=')) ? given : [`root=UUID=${root.uuid}`, ...given];
}

/** The menu and its guards. */
export function hostGrub(model: HostModel): TreeContent {
  const xen = model.profile.host.hypervisor === 'xen';
  const boot = model.volumes.find((volume) => volume.use === 'boot' && volume.filesystem !== 'vfat');
  if (boot === undefined) throw new Error('the host has no /boot partition');
  const common = [...rootArguments(model), 'ro', 'panic=10', 'loglevel=4'];
  const hypervisor = xen ? 'xen' : 'none';
  const menu = withValues(menuScript, {
    hypervisor,
    boot_uuid: boot.uuid,
    xen_arguments: xenArguments(model).join(' '),
    linux_under_xen: [...common, ...linuxConsoleUnderXen(model.console)].join(' '),
    linux_plain: [...common, ...linuxConsolePlain(model.console)].join(' '),
  });
  const hook = '#!/bin/sh\n[ ! -x /usr/lib/xenwright/verify-boot ] || /usr/lib/xenwright/verify-boot || true';
  return content({
    files: [
      textFile('/etc/default/grub.d/10-xenwright.cfg', grubDefaults(model, xen)),
      scriptFile('/etc/grub.d/09_xenwright', menu),
      scriptFile('/usr/lib/xenwright/verify-boot', withValues(verifyBoot, { hypervisor, memory: model.dom0MemoryMiB })),
      // After zz-update-grub, by name.
      scriptFile('/etc/kernel/postinst.d/zzz-xenwright', hook),
      scriptFile('/etc/kernel/postrm.d/zzz-xenwright', hook),
      textFile(
        '/etc/apt/apt.conf.d/90xenwright',
        'DPkg::Post-Invoke { "if [ -x /usr/lib/xenwright/verify-boot ]; then /usr/lib/xenwright/verify-boot || true; fi"; };',
      ),
    ],
  });
}

function grubDefaults(model: HostModel, xen: boolean): string {
  return [
    '# Written by Xenwright. Its own menu entries are made by /etc/grub.d/09_xenwright; this is for the stock ones below them.',
    'GRUB_DEFAULT=0',
    'GRUB_TIMEOUT=3',
    'GRUB_TIMEOUT_STYLE=menu',
    'GRUB_DISTRIBUTOR="Debian"',
    'GRUB_DISABLE_OS_PROBER=true',
    ...grubConsole(model.console),
    'GRUB_CMDLINE_LINUX_DEFAULT="loglevel=4"',
    `GRUB_CMDLINE_LINUX="panic=10 ${linuxConsolePlain(model.console).join(' ')}"`,
    ...(xen
      ? [
          // xen.cfg, read after this file, would set a title as the default that translations and trixie's name make
          // wrong.
          'XEN_OVERRIDE_GRUB_DEFAULT=0',
          `GRUB_CMDLINE_XEN="${xenArguments(model).join(' ')}"`,
          `GRUB_CMDLINE_LINUX_XEN_REPLACE="panic=10 ${linuxConsoleUnderXen(model.console).join(' ')}"`,
          'GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT="loglevel=4"',
        ]
      : []),
  ].join('\n');
}
