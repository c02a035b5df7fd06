/** Whether one disk fits one selector, and what forbids taking it whatever the selector says. */
import type { DiskSelector } from '../profile/effective.ts';
import type { DiskFacts } from './facts.ts';

/** Transports of disks that are only chosen when the selector names the transport. */
const NAMED_ONLY = new Set(['usb', 'mmc', 'fc', 'iscsi', 'network']);

/** What the selector asks for and this disk is not; empty when all given fits. */
export function mismatchesOf(disk: DiskFacts, selector: DiskSelector): string[] {
  const reasons: string[] = [];
  const compare = (field: string, wanted: string | undefined, actual: string | null, normal: (text: string) => string): void => {
    if (wanted === undefined || (actual !== null && normal(wanted) === normal(actual))) return;
    reasons.push(actual === null ? `its ${field} is unknown` : `its ${field} is ${actual}`);
  };
  compare('serial', selector.serial, disk.serial, normalText);
  compare('WWN', selector.wwn, disk.wwn, normalWwn);
  compare('model', selector.model, disk.model, normalText);
  compare('transport', selector.transport, disk.transport, normalText);
  if (selector.path !== undefined && selector.path !== disk.path && selector.path !== disk.byId) reasons.push(`its path is ${disk.path}${disk.byId === null ? '' : ` or ${disk.byId}`}`);
  if (selector.minSizeMiB !== undefined && disk.sizeMiB < selector.minSizeMiB) reasons.push(`smaller than ${selector.minSizeMiB} MiB`);
  if (selector.maxSizeMiB !== undefined && disk.sizeMiB > selector.maxSizeMiB) reasons.push(`larger than ${selector.maxSizeMiB} MiB`);
  if (selector.rotational !== undefined && disk.rotational !== selector.rotational) reasons.push(disk.rotational ? 'it is rotational' : 'it is not rotational');
  return reasons;
}

/** What keeps this disk out even when it fits: promises 1 and 2 of the design. */
export function refusalOf(disk: DiskFacts, selector: DiskSelector, overwrite: 'blank' | 'any'): string[] {
  const reasons: string[] = [];
  if (disk.bootMedium) reasons.push('it is the boot medium');
  if (disk.readOnly) reasons.push('it is read-only');
  const users = disk.usedBy.filter((user) => !isReleasable(user));
  if (users.length > 0) reasons.push(`it is in use: ${users.join(', ')}`);
  if (selector.transport === undefined) {
    if (NAMED_ONLY.has(disk.transport)) reasons.push(`${disk.transport} disks are only taken when \`transport\` names them`);
    else if (disk.removable) reasons.push('removable disks are only taken when `transport` names theirs');
  }
  if (overwrite === 'blank' && !isBlank(disk)) reasons.push(`it is not blank (${contentsOf(disk).join(', ')}) and \`install.overwrite\` is blank`);
  return reasons;
}

/** Idle md arrays and LVM volumes were only assembled by udev; the install takes them apart before it partitions. */
export function isReleasable(user: string): boolean {
  return /^(md|lvm):\S+$/.test(user);
}

function isBlank(disk: DiskFacts): boolean {
  return disk.holds.length === 0 && disk.usedBy.length === 0 && disk.installMarker === null;
}

function contentsOf(disk: DiskFacts): string[] {
  const words = disk.holds.map(({ path, type, label, group }) => `${path} ${type}${label === null ? '' : ` "${label}"`}${group === null ? '' : ` ${group}`}`);
  return words.length > 0 ? words : [...disk.usedBy, ...(disk.installMarker === null ? [] : [`install ${disk.installMarker.id}`])];
}

function normalText(text: string): string {
  return text.trim().toLowerCase();
}

/** `0x5000c500a1b2c3d4`, `naa.5000…`, `eui.…`, `wwn-0x…` are notations of one number. */
function normalWwn(text: string): string {
  return normalText(text).replace(/^wwn-/, '').replace(/^(0x|naa\.|eui\.|nvme-eui\.)/, '');
}
