/** How a disk is attached: lsblk's word where it has one, else what the kernel's name and the driver above tell. */
import type { BlockNode } from './lsblk.ts';

/** Controllers that show RAID volumes as plain SCSI disks. */
const RAID_DRIVERS = new Set([
  'megaraid_sas',
  'megaraid',
  'hpsa',
  'cciss',
  'smartpqi',
  'aacraid',
  'arcmsr',
  '3w-9xxx',
  '3w-sas',
  'ips',
  'mpi3mr',
]);

/** Adapters whose own firmware has iSCSI's sessions; others leave them, or a part of them, to iscsid. */
const ISCSI_ADAPTERS = new Set(['qla4xxx', 'be2iscsi']);

export function isWholeAdapter(driver: string | null): boolean {
  return driver !== null && ISCSI_ADAPTERS.has(driver);
}

/** `nvmeTransport` is the fabric of an NVMe controller (pcie, tcp, rdma, fc); `driver` that of the nearest PCI function. */
export function transportOf(node: BlockNode, nvmeTransport: string | null, driver: string | null): string {
  if (node.name.startsWith('nvme'))
    return nvmeTransport === null || nvmeTransport === 'pcie' ? 'nvme' : nvmeTransport === 'fc' ? 'fc' : 'network';
  if (/^(nbd|rbd|drbd)/.test(node.name)) return 'network';
  if (node.name.startsWith('mmcblk')) return 'mmc';
  if (node.name.startsWith('vd')) return 'virtio';
  if (node.name.startsWith('xvd')) return 'xen';
  if (node.subsystems.split(':').includes('usb')) return 'usb';
  if (node.transport !== null) return node.transport === 'spi' ? 'scsi' : node.transport;
  if (driver !== null && RAID_DRIVERS.has(driver)) return 'raid';
  return node.subsystems.split(':').includes('scsi') ? 'scsi' : 'unknown';
}

/** The by-id name that tells a person most; names made of numbers only come last. */
export function bestLink(links: readonly string[]): string | null {
  const rank = (link: string): number => {
    const name = link.split('/').at(-1) ?? '';
    if (/^nvme-(eui|nvme|uuid)\./.test(name) || /^(wwn|scsi-[0-9a-f])/.test(name)) return 2;
    if (/^nvme-.*_\d+$/.test(name) || /^(lvm|dm|md|raid)-/.test(name)) return 3;
    return /^(ata|nvme|virtio|scsi|usb|mmc|sas)-/.test(name) ? 0 : 1;
  };
  return [...links].sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}
