/** What a rescue works on: places of this host, and what it is looked at by. Tests have their own. */
import { hostPort, type HostPort } from '../running.ts';
import { deviceProbe } from '../../../system/disk/device-probe.ts';
import type { DiskProbePort } from '../../../facts/probe-port.ts';

export interface RescueWorld {
  readonly port: HostPort & DiskProbePort;
  /** Locks and notes of the host's own starter. */
  readonly starts: string;
  /** What is in our hands, over restarts of the host too. */
  readonly notes: string;
  /** Guests that were saved, by their names: their memory knows their disks. */
  readonly saved: string;
  /** Where a guest's filesystems are mounted, in a mount namespace of its own. */
  readonly work: string;
  /** The host's starter. */
  readonly starter: string;
  /** How long a start or stop by others may keep the lock. */
  readonly lockWaitMs: number;
}

export function thisHost(): RescueWorld {
  return {
    port: { ...hostPort(), ...deviceProbe },
    starts: '/run/xenwright/domus',
    notes: '/var/lib/xenwright/rescue',
    saved: '/var/lib/xen/save',
    work: '/run/xenwright/rescue',
    starter: '/usr/lib/xenwright/domus',
    lockWaitMs: 10_000,
  };
}
