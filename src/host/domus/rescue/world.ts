/** What a rescue works on: places of this host, and what it is looked at by. Tests have their own. */
import { SAVED_GUESTS, STARTER_NOTES } from '../../../facts/host-places.ts';
import { RESCUE_NOTES } from '../../../facts/in-rescue.ts';
import { destroyDomain } from '../destroy.ts';
import { hostPort, type HostPort } from '../running.ts';
import { deviceProbe } from '../../../system/disk/device-probe.ts';
import type { DiskProbePort } from '../../../facts/probe-port.ts';

export interface RescueWorld {
  readonly port: HostPort & DiskProbePort;
  /** Switches a domain off. xl may take minutes for it, and is not ended meanwhile: half a domain would be left. */
  destroy(number: number): Promise<void>;
  /** Locks and notes of the host's own starter. */
  readonly starts: string;
  /** What is in our hands, over restarts of the host too. */
  readonly notes: string;
  /** Guests that were saved, by their names: their memory knows their disks. */
  readonly saved: string;
  /** Where a guest's filesystems are mounted, in a mount namespace of its own. */
  readonly work: string;
  /** How long a start or stop by others may keep the lock. */
  readonly lockWaitMs: number;
}

export function thisHost(): RescueWorld {
  return {
    port: { ...hostPort(), ...deviceProbe },
    async destroy(number) {
      await destroyDomain(String(number));
    },
    starts: STARTER_NOTES,
    notes: RESCUE_NOTES,
    saved: SAVED_GUESTS,
    work: '/run/xenwright/rescue',
    lockWaitMs: 10_000,
  };
}
