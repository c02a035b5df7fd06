/** Dom0's boot menu: Xen first, the plain kernel as the way out, and a check after every package upgrade. */
import menuScript from '../../../assets/host/09_xenwright.sh' with { type: 'text' };
import verifyBoot from '../../../assets/host/verify-boot.sh' with { type: 'text' };
import { distributionOf } from '../distributions/table.ts';
import type { HostModel, TreeContent } from '../model.ts';
import { grubConsole, linuxConsolePlain, linuxConsoleUnderXen, xenConsole } from './console-words.ts';
import { addsOf } from '../storage/devices/table.ts';
import { downFrom } from '../storage/graph.ts';
import { content, scriptFile } from '../trees/content.ts';
import { commandLine, withValues } from '../shell-words.ts';

const VERIFY_BOOT = '/usr/lib/xenwright/verify-boot';

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
    // Words of a person among them, in GRUB's language.
    xen_arguments: commandLine(xenArguments(model)),
    linux_under_xen: commandLine([...common, ...linuxConsoleUnderXen(model.console)]),
    linux_plain: commandLine([...common, ...linuxConsolePlain(model.console)]),
  });
  const { boot: loader } = distributionOf(model.profile.host);
  return content({
    files: [
      loader.hostSettings({
        terminal: grubConsole(model.console),
        linux: linuxConsolePlain(model.console),
        xen: xen ? { arguments: xenArguments(model), linux: linuxConsoleUnderXen(model.console) } : null,
      }),
      scriptFile(loader.menuMaker, menu),
      scriptFile(VERIFY_BOOT, withValues(verifyBoot, { hypervisor, memory: model.dom0MemoryMiB })),
      ...loader.afterUpgrades(VERIFY_BOOT),
    ],
  });
}
