/** How a device that is kept is told by its size. Pure. */
import { deviceFault, type DeviceFault } from './device-fault.ts';
import type { Answer } from './device-type.ts';

/** `answer`: its bytes. `device`: as people know it. */
export function sizeState(
  device: string,
  wantedMiB: number,
  answer: Answer | undefined,
): 'absent' | 'ours' | DeviceFault {
  if (answer?.exitCode !== 0) return 'absent';
  const hasMiB = Math.floor(Number(answer.stdout) / 1_048_576);
  return hasMiB === wantedMiB ? 'ours' : deviceFault('device-differs.size', { device, has: hasMiB, wanted: wantedMiB });
}
