/** Firmware and microcode packages that the machine calls for. They come from non-free-firmware. */
import type { HostModel } from '../model.ts';

/** The beginning of a firmware file's path, as the kernel asks for it, and Debian's package with it. */
const BY_PREFIX: readonly (readonly [string, string])[] = [
  ['bnx2x', 'firmware-bnx2x'],
  ['bnx2', 'firmware-bnx2'],
  ['rtl_nic', 'firmware-realtek'],
  ['rtlwifi', 'firmware-realtek'],
  ['rtw', 'firmware-realtek'],
  ['ql2', 'firmware-qlogic'],
  ['qed', 'firmware-qlogic'],
  ['cbfw', 'firmware-qlogic'],
  ['ctfw', 'firmware-qlogic'],
  ['ct2fw', 'firmware-qlogic'],
  ['netronome', 'firmware-netronome'],
  ['liquidio', 'firmware-cavium'],
  ['myri10ge', 'firmware-myricom'],
  ['amdgpu', 'firmware-amd-graphics'],
  ['radeon', 'firmware-amd-graphics'],
  ['iwlwifi', 'firmware-iwlwifi'],
  ['ath', 'firmware-atheros'],
  ['brcm', 'firmware-brcm80211'],
  ['i915', 'firmware-intel-graphics'],
  ['intel/ice', 'firmware-intel-misc'],
  ['tigon', 'firmware-misc-nonfree'],
  ['cxgb', 'firmware-misc-nonfree'],
  ['mellanox', 'firmware-misc-nonfree'],
  ['nvidia', 'firmware-nvidia-graphics'],
];
/** Packages that the release before trixie does not have: what is in them was in firmware-misc-nonfree. */
const SINCE_TRIXIE = new Set(['firmware-intel-graphics', 'firmware-intel-misc', 'firmware-nvidia-graphics']);
const ALL = [
  'firmware-linux',
  'firmware-bnx2',
  'firmware-bnx2x',
  'firmware-realtek',
  'firmware-qlogic',
  'firmware-netronome',
  'firmware-cavium',
  'firmware-myricom',
];
const MICROCODE = { intel: 'intel-microcode', amd: 'amd64-microcode' } as const;

/** An image's machine has no hardware of its own: nothing for `auto` there. */
export function firmwarePackages(model: HostModel): string[] {
  const { facts, profile } = model;
  const wish = profile.host.firmwarePackages;
  if (wish === 'none' || !profile.host.source.components.includes('non-free-firmware')) return [];
  if (wish === 'all') return [...ALL, ...Object.values(MICROCODE)];
  if (facts.kind === 'image') return [];
  const wanted = facts.firmwareWanted.flatMap((file) => {
    const found = BY_PREFIX.find(([prefix]) => file.startsWith(prefix));
    return found === undefined
      ? []
      : [profile.host.release === 'bookworm' && SINCE_TRIXIE.has(found[1]) ? 'firmware-misc-nonfree' : found[1]];
  });
  return [...wanted, ...(facts.cpu.vendor === 'other' ? [] : [MICROCODE[facts.cpu.vendor]])];
}
