/** Whether one disk fits one selector, and what forbids taking it whatever the selector says. */
import { listed, type Phrase, type Word } from '../i18n/phrase.ts';
import type { DiskSelector } from '../profile/effective.ts';
import { normalText, normalWwn } from './disk-identity.ts';
import type { DiskFacts } from './facts.ts';

/** Transports of disks that are only chosen when the selector names the transport. */
export const NAMED_ONLY = new Set(['usb', 'mmc', 'fc', 'fcoe', 'iscsi', 'network']);

/** What the selector asks for and this disk is not; empty when all given fits. */
export function mismatchesOf(disk: DiskFacts, selector: DiskSelector): Phrase[] {
  const reasons: Phrase[] = [];
  const compare = (
    field: 'serial' | 'wwn' | 'model',
    wanted: string | undefined,
    actual: string | null,
    normal: (text: string) => string,
  ): void => {
    if (wanted === undefined || (actual !== null && normal(wanted) === normal(actual))) return;
    reasons.push(
      actual === null
        ? { key: `parts.disk.${field}Unknown` }
        : { key: `parts.disk.${field}Is`, values: { value: actual } },
    );
  };
  compare('serial', selector.serial, disk.serial, normalText);
  compare('wwn', selector.wwn, disk.wwn, normalWwn);
  compare('model', selector.model, disk.model, normalText);
  if (selector.transport !== undefined && normalText(selector.transport) !== normalText(disk.transport))
    reasons.push({ key: 'parts.disk.transportIs', values: { value: disk.transport } });
  if (selector.path !== undefined && selector.path !== disk.path && selector.path !== disk.byId)
    reasons.push(
      disk.byId === null
        ? { key: 'parts.disk.pathIs', values: { path: disk.path } }
        : { key: 'parts.disk.pathsAre', values: { path: disk.path, byId: disk.byId } },
    );
  if (selector.minSizeMiB !== undefined && disk.sizeMiB < selector.minSizeMiB)
    reasons.push({ key: 'parts.disk.smaller', values: { size: selector.minSizeMiB } });
  if (selector.maxSizeMiB !== undefined && disk.sizeMiB > selector.maxSizeMiB)
    reasons.push({ key: 'parts.disk.larger', values: { size: selector.maxSizeMiB } });
  if (selector.rotational !== undefined && disk.rotational !== selector.rotational)
    reasons.push({ key: disk.rotational ? 'parts.disk.rotational' : 'parts.disk.notRotational' });
  return reasons;
}

/** What keeps this disk out even when it fits: promises 1 and 2 of the design. */
export function refusalOf(disk: DiskFacts, selector: DiskSelector, overwrite: 'blank' | 'any'): Phrase[] {
  const reasons: Phrase[] = [];
  if (disk.bootMedium) reasons.push({ key: 'parts.disk.bootMedium' });
  if (disk.readOnly) reasons.push({ key: 'parts.disk.readOnly' });
  const users = disk.usedBy.filter((user) => !isReleasable(user));
  if (users.length > 0) reasons.push({ key: 'parts.disk.inUse', values: { users: listed(users) } });
  if (selector.transport === undefined) {
    if (NAMED_ONLY.has(disk.transport))
      reasons.push({ key: 'parts.disk.namedOnly', values: { transport: disk.transport } });
    else if (disk.removable) reasons.push({ key: 'parts.disk.removable' });
  }
  if (overwrite === 'blank' && !isBlank(disk))
    reasons.push({ key: 'parts.disk.notBlank', values: { contents: listed(contentsOf(disk)) } });
  return reasons;
}

/**
 * Arrays, volumes, mappings and caches that nobody has open: most were only assembled by udev. The install takes them
 * apart before it partitions.
 */
export function isReleasable(user: string): boolean {
  return /^(md|lvm|crypt|dm|bcache):\S+$/.test(user);
}

/**
 * Nothing on it: no table, no signature; or no more than the partitions of a run of this very machine that was cut off
 * there.
 */
function isBlank(disk: DiskFacts): boolean {
  if (disk.begun?.planHash === null) return true;
  return disk.holds.length === 0 && disk.usedBy.length === 0 && disk.installMarker === null;
}

function contentsOf(disk: DiskFacts): Word[] {
  const words = disk.holds.map(
    ({ path, type, label, group }) =>
      `${path} ${type}${label === null ? '' : ` "${label}"`}${group === null ? '' : ` ${group}`}`,
  );
  return words.length > 0
    ? words
    : [
        ...disk.usedBy,
        ...(disk.installMarker === null
          ? []
          : [{ key: 'parts.disk.install' as const, values: { id: disk.installMarker.id } }]),
      ];
}
