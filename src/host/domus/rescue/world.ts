/** What a rescue works on: places of this host, and what it is looked at by. Tests have their own. */
import { SAVED_GUESTS, STARTER_NOTES } from '../../../facts/host-places.ts';
import { RESCUE_NOTES } from '../../../facts/in-rescue.ts';
import { destroyDomain } from '../destroy.ts';
import { hostPort, type HostPort } from '../running.ts';
import { deviceProbe } from '../../../system/disk/device-probe.ts';
import rules from '../../../../assets/host/rescue/udev-rules.txt' with { type: 'text' };
import { localFiles } from '../../../system/files/files.ts';
import { exec } from '../../../system/process/exec.ts';
import type { SmallWorld } from './small-world.ts';
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
  /** From now on udev leaves alone what a rescue opens. */
  hideFromUdev(): Promise<void>;
  /** For a rescue DomU; null: there is none. */
  readonly small: SmallWorld | null;
  /** How long a start or stop by others may keep the lock. */
  readonly lockWaitMs: number;
}

const UDEV_RULES = '/run/udev/rules.d';

/** After 10-dm.rules, which names mappings, and before all that open, activate and link. */
async function writeUdevRule(): Promise<void> {
  if (!(await localFiles.exists('/run/udev/control'))) return;
  await localFiles.makeDirectory(UDEV_RULES, '0755');
  await localFiles.writeText(`${UDEV_RULES}/10-xenwright-rescue.rules`, rules);
  await exec(['udevadm', 'control', '--reload'], { quiet: true });
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
    hideFromUdev: writeUdevRule,
    small: null,
    lockWaitMs: 10_000,
  };
}
