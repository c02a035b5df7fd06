/**
 * The logical volumes of this host: what they are called, what they are snapshots of, and what is free beside them.
 * Pure.
 */
import { isRecord, parseJson } from './lsblk.ts';

/** What is asked; it needs root. */
export const VOLUMES_LISTED = [
  ...['lvs', '--reportformat', 'json', '--units', 'b', '--nosuffix', '-o'],
  'vg_name,lv_name,lv_attr,lv_size,origin,origin_size,data_percent,lv_tags,lv_path,lv_dm_path,vg_free,vg_extent_size',
];

export interface LogicalVolume {
  readonly group: string;
  readonly name: string;
  /** lv_attr(8): the first is the type, the fifth the state. */
  readonly attributes: string;
  /** Of a snapshot: what it can hold of changes. */
  readonly sizeBytes: number;
  /** What it is a snapshot of; empty: it is none. */
  readonly origin: string;
  /** Of a snapshot, of 100; null: nothing fills. */
  readonly usedPercent: number | null;
  readonly tags: readonly string[];
  /** `/dev/GROUP/NAME`, and what the device mapper calls it. */
  readonly path: string;
  readonly mapperPath: string;
  /** In its group. */
  readonly freeBytes: number;
  readonly extentBytes: number;
}

/** Null: this is no answer. */
export function parseLogicalVolumes(text: string): LogicalVolume[] | null {
  const told = parseJson(text);
  const reports = isRecord(told) && Array.isArray(told['report']) ? (told['report'] as unknown[]) : null;
  if (reports === null) return null;
  return reports.flatMap((report) => {
    const rows = isRecord(report) ? report['lv'] : [];
    return Array.isArray(rows) ? rows.filter(isRecord).map(volumeOf) : [];
  });
}

function volumeOf(row: Readonly<Record<string, unknown>>): LogicalVolume {
  const text = (key: string): string => (typeof row[key] === 'string' ? row[key] : '');
  const used = Number.parseFloat(text('data_percent'));
  return {
    group: text('vg_name'),
    name: text('lv_name'),
    attributes: text('lv_attr'),
    sizeBytes: Number(text('lv_size')),
    origin: text('origin'),
    usedPercent: Number.isNaN(used) ? null : used,
    tags: text('lv_tags')
      .split(',')
      .filter((tag) => tag !== ''),
    path: text('lv_path'),
    mapperPath: text('lv_dm_path'),
    freeBytes: Number(text('vg_free')),
    extentBytes: Number(text('vg_extent_size')) || 4 * 2 ** 20,
  };
}

/** A snapshot that has overflowed: it can never be read again. */
export function isLost({ attributes, usedPercent }: LogicalVolume): boolean {
  return /[IS]/.test(attributes.charAt(4)) || (usedPercent !== null && usedPercent >= 100);
}

/** Up to whole extents. */
export function inExtents(bytes: number, extentBytes: number): number {
  return Math.ceil(bytes / extentBytes) * extentBytes;
}
