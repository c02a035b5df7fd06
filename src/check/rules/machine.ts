/** What this machine must be able to do: virtualization, firmware, Secure Boot, kernel; and what boots what. */
import { layoutOf } from '../../plan/storage/layouts/table.ts';
import type { Facts } from '../../facts/facts.ts';
import { MEDIUM_LABEL } from '../../facts/medium-label.ts';
import { chosenDisks } from '../../facts/select-disks.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { USUAL_SECTOR_BYTES } from '../../plan/storage/graph.ts';
import { invalid, refused, warning, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const machineCanRunXen: Rule = (profile, facts) => {
  if (facts === null) return [];
  const findings: Finding[] = [];
  const { storage, hypervisor } = profile.host;
  if (hypervisor === 'xen' && facts.firmware.secureBoot) findings.push(refused('secure-boot', ['host', 'hypervisor']));
  if (storage.firmware === 'bios' && facts.firmware.kind === 'uefi')
    findings.push(refused('firmware-differs.bios', ['host', 'storage', 'firmware']));
  if (storage.firmware === 'uefi' && facts.firmware.kind === 'bios')
    findings.push(refused('firmware-differs.uefi', ['host', 'storage', 'firmware']));
  if (
    storage.firmware === 'auto' &&
    facts.kind === 'machine' &&
    isStartedFromElsewhere(facts) &&
    mayHaveBoth(profile, facts)
  )
    findings.push(
      warning(`firmware-of-rescue.${facts.firmware.kind === 'uefi' ? 'uefi' : 'bios'}`, [
        'host',
        'storage',
        'firmware',
      ]),
    );
  if (layoutOf(storage)?.needsDeviceMapper === true && facts.kind === 'machine' && !facts.kernel.deviceMapper)
    findings.push(refused('no-device-mapper', ['host', 'storage', 'layout']));
  if (facts.cpu.virtualization !== null) return findings;
  return [
    ...findings,
    ...profile.domus.flatMap((domu, index) => {
      if (domu.type === 'pvh' || domu.type === 'hvm')
        return [refused('no-virtualization.type', ['domus', index, 'type'], { type: domu.type.toUpperCase() })];
      if (domu.type === 'auto' && domu.boot === 'grub')
        return [refused('no-virtualization.boot', ['domus', index, 'boot'])];
      return [];
    }),
  ];
};

/** Both kinds of firmware start from the chosen disks: a BIOS does from sectors of 512 bytes only. */
function mayHaveBoth(profile: EffectiveProfile, facts: Facts): boolean {
  return chosenDisks(profile, facts.disks).every(({ logicalSectorBytes }) => logicalSectorBytes === USUAL_SECTOR_BYTES);
}

/**
 * Neither a disk nor a USB drive nor our disc has started what runs here: it came over the network, as hosters' rescue
 * systems do.
 */
function isStartedFromElsewhere({ disks, media }: Facts): boolean {
  return (
    !disks.some((disk) => disk.bootMedium || disk.usedBy.includes('/')) &&
    !media.some(({ kind, label }) => kind === 'optical' && label === MEDIUM_LABEL)
  );
}

export const bootFitsType: Rule = (profile) => {
  const { host } = profile;
  const none = host.hypervisor === 'none';
  return [
    ...(none && profile.domus.length > 0 ? [invalid('domus-without-xen', ['domus'])] : []),
    ...(none && (host.xen.memoryMiB !== null || host.xen.vcpus !== null || host.xen.options !== '')
      ? [invalid('xen-without-xen', ['host', 'xen'])]
      : []),
    ...profile.domus.flatMap((domu, index) => {
      const path = ['domus', index, 'boot'];
      if (domu.type === 'pv' && domu.boot === 'grub') return [invalid('boot-type.pvGrub', path)];
      if (domu.type === 'pvh' && domu.boot === 'pygrub') return [invalid('boot-type.pvhPygrub', path)];
      if (domu.type === 'auto' && domu.boot === 'pygrub') return [invalid('boot-type.autoPygrub', path)];
      if (domu.type === 'hvm' && domu.boot !== 'auto' && domu.boot !== 'grub')
        return [invalid('boot-type.hvm', path, { boot: domu.boot })];
      return [];
    }),
  ];
};
