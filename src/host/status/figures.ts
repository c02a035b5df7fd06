/** The figures of `host status`, a row each: what monitors call them and in which unit they are. Pure. */

interface FigureRow {
  /** As Prometheus names it, behind `xenwright_host_`: base units, the unit last. */
  readonly metric: string;
  /** For HELP. */
  readonly help: string;
  /** Of the value. Ratios are shares of 1, which Nagios is told in percent. */
  readonly unit: 'ratio' | 'bytes' | 'seconds' | 'count';
}

const ROWS = {
  recovery: { metric: 'array_recovery_ratio', help: 'How far an md array is with its recovery.', unit: 'ratio' },
  clockOffset: { metric: 'clock_offset_seconds', help: 'How far the clock is off, as chrony says.', unit: 'seconds' },
  diskWear: { metric: 'disk_wear_ratio', help: 'Used part of the life of an NVMe disk.', unit: 'ratio' },
  domusUp: { metric: 'domus_up', help: 'DomUs that run and are well.', unit: 'count' },
  domusWanted: { metric: 'domus_wanted', help: 'DomUs that start with the host.', unit: 'count' },
  failedUnits: { metric: 'failed_units', help: 'Units of systemd that have failed.', unit: 'count' },
  fill: { metric: 'filesystem_used_ratio', help: 'Used part of a filesystem.', unit: 'ratio' },
  groupFree: { metric: 'volume_group_free_bytes', help: 'Free space of a volume group.', unit: 'bytes' },
  groupSize: { metric: 'volume_group_size_bytes', help: 'Size of a volume group.', unit: 'bytes' },
  inodes: { metric: 'filesystem_inodes_used_ratio', help: 'Used part of the inodes of a filesystem.', unit: 'ratio' },
  memoryFree: { metric: 'xen_free_memory_bytes', help: 'Memory that Xen has given to no domain.', unit: 'bytes' },
  memoryUsed: { metric: 'dom0_memory_used_ratio', help: 'Used part of the memory of Dom0.', unit: 'ratio' },
  securityUpdates: { metric: 'security_updates_pending', help: 'Security updates to install.', unit: 'count' },
  volumeFill: { metric: 'volume_used_ratio', help: 'Used part of a snapshot or a thin pool.', unit: 'ratio' },
} as const satisfies Readonly<Record<string, FigureRow>>;

export type FigureName = keyof typeof ROWS;
export const FIGURES: Readonly<Record<FigureName, FigureRow>> = ROWS;
