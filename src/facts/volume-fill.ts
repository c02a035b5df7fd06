/** Volume groups, snapshots and thin pools of the running host: how full they are, and whether they are whole. */
import { isRecord, parseJson } from './lsblk.ts';

/** What is asked: groups, then volumes. Both need root. */
export const GROUPS_ASKED = [
  ...['vgs', '--reportformat', 'json', '--units', 'b', '--nosuffix'],
  ...['-o', 'vg_name,vg_size,vg_free,vg_missing_pv_count'],
];
export const VOLUMES_ASKED = [
  ...['lvs', '--reportformat', 'json', '--units', 'b', '--nosuffix'],
  ...['-o', 'vg_name,lv_name,lv_attr,data_percent,metadata_percent,lv_health_status'],
];

export interface VolumeGroupFill {
  readonly name: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** Disks of it that are gone. */
  readonly missing: number;
}

export interface VolumeFill {
  /** `group/volume` */
  readonly name: string;
  readonly kind: 'snapshot' | 'pool' | 'other';
  /** The fuller of data and metadata, of 1; null: it does not fill, or is not active. */
  readonly used: number | null;
  /** A snapshot that has overflowed, a pool that is damaged, a volume whose disk is gone: in LVM's word. */
  readonly fault: string | null;
}

/** Null: this is no answer. */
export function parseGroups(text: string): VolumeGroupFill[] | null {
  const all = rowsOf(text, 'vg')?.map((row) => ({
    name: row['vg_name'] ?? '',
    sizeBytes: Number(row['vg_size']),
    freeBytes: Number(row['vg_free']),
    missing: Number(row['vg_missing_pv_count']) || 0,
  }));
  return all?.filter(({ sizeBytes, freeBytes }) => Number.isFinite(sizeBytes) && Number.isFinite(freeBytes)) ?? null;
}

/** Those that fill, and those that have a fault. */
export function parseVolumes(text: string): VolumeFill[] | null {
  const all = rowsOf(text, 'lv')?.map((row): VolumeFill => {
    const attributes = row['lv_attr'] ?? '';
    const percents = [row['data_percent'], row['metadata_percent']].map((word) => Number.parseFloat(word ?? ''));
    const known = percents.filter((one) => !Number.isNaN(one));
    const kind = /^[sS]/.test(attributes) ? 'snapshot' : attributes.startsWith('t') ? 'pool' : 'other';
    return {
      name: `${row['vg_name'] ?? ''}/${row['lv_name'] ?? ''}`,
      kind,
      used: kind === 'other' || known.length === 0 ? null : Math.max(...known) / 100,
      fault: faultOf(kind, attributes, row['lv_health_status'] ?? ''),
    };
  });
  return all?.filter(({ used, fault }) => used !== null || fault !== null) ?? null;
}

/** The fifth of the attributes is the state: I and S of a snapshot that cannot be read any more. */
function faultOf(kind: VolumeFill['kind'], attributes: string, health: string): string | null {
  if (kind === 'snapshot' && /[IS]/.test(attributes.charAt(4))) return 'invalid';
  return health === '' ? null : health.replaceAll('_', ' ');
}

function rowsOf(text: string, kind: 'vg' | 'lv'): Readonly<Record<string, string>>[] | null {
  const told = parseJson(text);
  const reports = isRecord(told) && Array.isArray(told['report']) ? (told['report'] as unknown[]) : null;
  return (
    reports?.flatMap((report) => {
      const rows = isRecord(report) ? report[kind] : [];
      return Array.isArray(rows) ? rows.filter(isRecord).map(strings) : [];
    }) ?? null
  );
}

function strings(row: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)]));
}
