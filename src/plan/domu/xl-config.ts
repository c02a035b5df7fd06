/** /etc/xen/<name>.cfg: a DomU as xl reads it. */
import type { HostModel, ResolvedDomu } from '../model.ts';
import { distributionOf } from '../distributions/table.ts';
import { guardedInterface } from '../network/firewall.ts';
import { guestArguments } from '../boot/grub-guest.ts';
import { pygrubEntries } from './pygrub.ts';

/** Where the kernel and initrd of a DomU with `boot: direct` lie in Dom0. */
export function directKernelDirectory(name: string): string {
  return `/var/lib/xenwright/kernels/${name}`;
}

/** A value of an xl configuration. */
export type XlValue = string | number | boolean | readonly string[];

/** The text of the file. */
export function xlConfig(model: HostModel, domu: ResolvedDomu): string {
  return [
    `# Written by Xenwright for ${model.profile.host.hostname}.`,
    ...Object.entries(xlEntries(model, domu)).map(([key, value]) => `${key} = ${xlLiteral(value)}`),
  ].join('\n');
}

/** Its keys and values; the profile's `options` come last and win. */
export function xlEntries(model: HostModel, domu: ResolvedDomu): Readonly<Record<string, XlValue>> {
  const { settings } = domu;
  return {
    name: settings.name,
    uuid: domu.uuid,
    type: domu.type,
    ...bootEntries(model, domu),
    memory: settings.memoryMiB,
    // More than `memory`: the guest's balloon driver gives back what it has not been given yet.
    maxmem: settings.memoryMaxMiB ?? settings.memoryMiB,
    vcpus: settings.vcpus,
    ...(settings.vcpusMax === null ? {} : { maxvcpus: settings.vcpusMax }),
    disk: domu.volumes
      .filter((volume) => volume.guestDevice !== null)
      .map((volume) => `${volume.handed ?? volume.device},raw,${volume.guestDevice},rw`),
    vif: settings.network.map((one, index) =>
      [
        `mac=${domu.macs[index]}`,
        `bridge=${one.bridge}`,
        ...(one.antispoof ? [`vifname=${guardedInterface(domu, index)}`] : []),
      ].join(','),
    ),
    on_poweroff: 'destroy',
    on_reboot: 'restart',
    on_crash: settings.onCrash,
    ...settings.options,
  };
}

function bootEntries(model: HostModel, domu: ResolvedDomu): Record<string, XlValue> {
  if (domu.type === 'hvm') return { boot: 'c', serial: 'pty', vnc: 0, nographic: 1, xen_platform_pci: 1 };
  if (domu.boot === 'direct') {
    const { kernel, initrd } = distributionOf(domu.settings).boot;
    const folder = directKernelDirectory(domu.settings.name);
    return { kernel: `${folder}${kernel}`, ramdisk: `${folder}${initrd}`, cmdline: guestArguments(domu) };
  }
  if (domu.boot === 'pygrub') return pygrubEntries(model);
  // The PVH GRUB reads the guest's own menu, and the guest's kernel unpacks itself.
  if (domu.type === 'pvh') return { kernel: distributionOf(model.profile.host).xen.pvhLoader };
  throw new Error(
    `${domu.settings.name}: GRUB inside a PV DomU cannot unpack the kernels of today; pygrub or direct can`,
  );
}

/** As it stands in the file. */
export function xlLiteral(value: XlValue): string {
  // A number with a sign is none to xl's language, but a text that is read as one.
  if (typeof value === 'number') return value < 0 ? quote(String(value)) : String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return quote(value);
  return `[ ${value.map(quote).join(', ')} ]`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
}
