/** What this machine must be able to do: virtualization, firmware, Secure Boot; and what boots what. */
import { invalid, refused, type Rule } from '../rule.ts';

export const machineCanRunXen: Rule = (profile, facts) => {
  if (facts === null) return [];
  const findings = [];
  if (profile.host.hypervisor === 'xen' && facts.firmware.secureBoot) findings.push(refused('secure-boot', ['host', 'hypervisor'], 'Secure Boot is on: the signed boot loader refuses Xen, which is not signed', 'switch Secure Boot off in the firmware'));
  const { firmware } = profile.host.storage;
  if (firmware === 'bios' && facts.firmware.kind === 'uefi') findings.push(refused('firmware-differs', ['host', 'storage', 'firmware'], 'the profile wants BIOS only, this machine started by UEFI', 'use auto or both'));
  if (firmware === 'uefi' && facts.firmware.kind === 'bios') findings.push(refused('firmware-differs', ['host', 'storage', 'firmware'], 'the profile wants UEFI only, this machine started by BIOS', 'use auto or both'));
  if (facts.cpu.virtualization === null) {
    profile.domus.forEach((domu, index) => {
      if (domu.type === 'pvh') findings.push(refused('no-virtualization', ['domus', index, 'type'], 'this CPU has no hardware virtualization (or it is off in the firmware): PVH cannot run', 'use auto or pv'));
    });
  }
  return findings;
};

export const bootFitsType: Rule = (profile) => [
  ...(profile.host.hypervisor === 'none' && profile.domus.length > 0 ? [invalid('domus-without-xen', ['domus'], 'hypervisor: none has no DomUs', 'remove them, or use xen')] : []),
  ...profile.domus.flatMap((domu, index) => {
    const path = ['domus', index, 'boot'];
    if (domu.type === 'pv' && domu.boot === 'grub') return [invalid('boot-type', path, 'the PV boot loader cannot read the zstd-compressed kernels of Debian', 'use pygrub or direct')];
    if (domu.type === 'pvh' && domu.boot === 'pygrub') return [invalid('boot-type', path, 'pygrub is for PV here', 'use grub or direct')];
    return [];
  }),
];
