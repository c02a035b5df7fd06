/**
 * Which firmware the hardware wants, as prefixes of the kernel's firmware files: from PCI ids and from what the kernel
 * missed.
 */
import type { Facts } from './facts.ts';

export interface PciDevice {
  readonly vendor: string;
  readonly device: string;
  readonly class: string;
}
interface Rule {
  readonly vendor: string;
  readonly class: RegExp;
  readonly devices?: RegExp;
  readonly wants: string;
}

/** Classes: 02 network (0280 wireless), 03 display, 0c04 fibre channel. */
const RULES: readonly Rule[] = [
  { vendor: '14e4', class: /^0200/, devices: /^(164a|164c|16aa|16ac|1639|163a|163b|163c)$/, wants: 'bnx2' },
  {
    vendor: '14e4',
    class: /^0200/,
    devices: /^(164e|164f|1650|1657|1662|1663|168a|168d|168e|16a1|16a2|16a4)$/,
    wants: 'bnx2x',
  },
  { vendor: '8086', class: /^0280/, wants: 'iwlwifi' },
  { vendor: '8086', class: /^0200/, devices: /^(159[1-3]|159[89ab]|188[a-e])$/, wants: 'intel/ice' },
  { vendor: '8086', class: /^03/, wants: 'i915' },
  { vendor: '1002', class: /^03/, wants: 'amdgpu' },
  { vendor: '10de', class: /^03/, wants: 'nvidia' },
  { vendor: '10ec', class: /^0200/, devices: /^(8125|8126|8127|8136|8161|8162|8168|8169)$/, wants: 'rtl_nic' },
  { vendor: '10ec', class: /^0280/, wants: 'rtw' },
  { vendor: '1077', class: /^0c04/, wants: 'ql2' },
  { vendor: '1077', class: /^0200/, wants: 'qed' },
  { vendor: '1425', class: /^02/, wants: 'cxgb4' },
];

/** Sorted, without duplicates. A virtual CPU gets its microcode from the machine below, so it asks for none. */
export function firmwareWanted(
  devices: readonly PciDevice[],
  cpu: Facts['cpu'],
  isVirtual: boolean,
  kernelLog: string | null,
): string[] {
  const wanted = new Set<string>();
  for (const device of devices) {
    for (const rule of RULES) {
      if (device.vendor === rule.vendor && rule.class.test(device.class) && (rule.devices?.test(device.device) ?? true))
        wanted.add(rule.wants);
    }
  }
  if (!isVirtual && cpu.vendor !== 'other') wanted.add(cpu.vendor === 'intel' ? 'intel-ucode' : 'amd-ucode');
  for (const file of missedFiles(kernelLog ?? '')) wanted.add(file);
  return [...wanted].sort();
}

/** Files the kernel asked for and did not get, cut down to a folder or driver name. */
function missedFiles(log: string): string[] {
  const pattern =
    /(?:Direct firmware load for|failed to load firmware|firmware: failed to load|Failed to load firmware)\s+"?([A-Za-z0-9_./+-]+)/g;
  return [...log.matchAll(pattern)]
    .map((match) => match[1] ?? '')
    .filter((file) => file !== '' && !file.startsWith('regulatory.db'))
    .map((file) =>
      file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : file.replace(/-[\d.].*$|\.[a-z]+$/g, ''),
    );
}
