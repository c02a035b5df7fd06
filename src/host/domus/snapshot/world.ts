/** What snapshots are made on: this host, its places and its tools. Tests have their own. */
import { DOMU_RECORDS, KEPT_PROFILE, SAVED_GUESTS, STARTER_NOTES } from '../../../facts/host-places.ts';
import type { DiskProbePort } from '../../../facts/probe-port.ts';
import { deviceProbe } from '../../../system/disk/device-probe.ts';
import { exec } from '../../../system/process/exec.ts';
import { watchFill } from './watch.ts';
import { hostPort, type HostPort } from '../running.ts';

export interface SnapshotWorld {
  readonly port: HostPort & DiskProbePort;
  /** Runs a command that changes something. Throws as `exec` does. Resolves with what it printed. */
  run(argv: readonly string[], options?: { readonly timeoutMs?: number; readonly okCodes?: number[] }): Promise<string>;
  /** Notes of snapshots, a folder for each DomU. */
  readonly notes: string;
  /** Locks and notes of the host's own starter. */
  readonly starts: string;
  /** Records of DomUs. */
  readonly records: string;
  /** The profile that the host keeps. */
  readonly profile: string;
  /** Guests that were saved: their memory knows their disks. */
  readonly saved: string;
  /** How long a start, stop or rescue by others may keep a DomU. */
  readonly lockWaitMs: number;
  /** Volumes of snapshots are grown from now on. */
  watch(): Promise<void>;
  now(): Date;
  sleep(ms: number): Promise<void>;
}

export function thisHost(): SnapshotWorld {
  return {
    port: { ...hostPort(), ...deviceProbe },
    run: async (argv, options = {}) => (await exec(argv, { quiet: true, ...options })).stdout,
    notes: '/var/lib/xenwright/snapshots',
    starts: STARTER_NOTES,
    records: DOMU_RECORDS,
    profile: KEPT_PROFILE,
    saved: SAVED_GUESTS,
    lockWaitMs: 10_000,
    watch: watchFill,
    now: () => new Date(),
    sleep: async (ms) =>
      await new Promise((resolve) => {
        setTimeout(resolve, ms);
      }),
  };
}
