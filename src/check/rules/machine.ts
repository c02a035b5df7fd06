/** What this machine must be able to do: virtualization, firmware, Secure Boot, kernel; and what boots what. */
import { invalid, refused, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const machineCanRunXen: Rule = (profile, facts) => {
  if (facts === null) return [];
  const findings: Finding[] = [];
  const { storage, hypervisor } = profile.host;
  if (hypervisor === 'xen' && facts.firmware.secureBoot) findings.push(refused('secure-boot', ['host', 'hypervisor'], 'Secure Boot is on: the signed boot loader refuses Xen, which is not signed', 'switch Secure Boot off in the firmware'));
  if (storage.firmware === 'bios' && facts.firmware.kind === 'uefi') findings.push(refused('firmware-differs', ['host', 'storage', 'firmware'], 'the profile wants BIOS only, this machine started by UEFI', 'use auto or both'));
  if (storage.firmware === 'uefi' && facts.firmware.kind === 'bios') findings.push(refused('firmware-differs', ['host', 'storage', 'firmware'], 'the profile wants UEFI only, this machine started by BIOS', 'use auto or both'));
  if (storage.layout === 'lvm' && facts.kind === 'machine' && !facts.kernel.deviceMapper) findings.push(refused('no-device-mapper', ['host', 'storage', 'layout'], "the kernel that runs here has no device mapper: LVM's volumes cannot be made", 'start a full kernel (modprobe dm-mod), or use layout: plain'));
  if (facts.cpu.virtualization !== null) return findings;
  return [...findings, ...profile.domus.flatMap((domu, index) => {
    if (domu.type === 'pvh' || domu.type === 'hvm') return [refused('no-virtualization', ['domus', index, 'type'], `this CPU has no hardware virtualization (or it is off in the firmware): ${domu.type.toUpperCase()} cannot run`, 'use auto or pv, or switch VT-x or AMD-V on')];
    if (domu.type === 'auto' && domu.boot === 'grub') return [refused('no-virtualization', ['domus', index, 'boot'], 'this CPU has no hardware virtualization: the DomU will be PV, where GRUB cannot start the kernels of Debian', 'use boot: auto')];
    return [];
  })];
};

export const bootFitsType: Rule = (profile) => {
  const { host } = profile;
  const none = host.hypervisor === 'none';
  return [
    ...(none && profile.domus.length > 0 ? [invalid('domus-without-xen', ['domus'], 'hypervisor: none has no DomUs', 'remove them, or use xen')] : []),
    ...(none && (host.xen.memoryMiB !== null || host.xen.vcpus !== null || host.xen.options !== '') ? [invalid('xen-without-xen', ['host', 'xen'], 'hypervisor: none has no use for settings of Xen', 'remove them, or use xen')] : []),
    ...profile.domus.flatMap((domu, index) => {
      const path = ['domus', index, 'boot'];
      if (domu.type === 'pv' && domu.boot === 'grub') return [invalid('boot-type', path, 'the PV boot loader cannot read the zstd-compressed kernels of Debian', 'use pygrub or direct')];
      if (domu.type === 'pvh' && domu.boot === 'pygrub') return [invalid('boot-type', path, 'pygrub is for PV here', 'use grub or direct')];
      if (domu.type === 'auto' && domu.boot === 'pygrub') return [invalid('boot-type', path, 'pygrub is for PV, and auto means PVH where the CPU can', 'say type: pv, or use boot: auto')];
      if (domu.type === 'hvm' && domu.boot !== 'auto' && domu.boot !== 'grub') return [invalid('boot-type', path, `an HVM DomU starts from its own disk, not by ${domu.boot}`, 'use auto')];
      return [];
    }),
  ];
};
