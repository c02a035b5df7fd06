/** Is this system one to be looked after, rather than one to install from? */
import { existsSync, readFileSync } from 'node:fs';
import { KEPT_PROFILE } from '../../facts/host-places.ts';

/** Dom0 of any Xen host; and a host that Xenwright has installed, also where it came up without Xen. */
export function isHost(capabilities = '/proc/xen/capabilities', profile = KEPT_PROFILE): boolean {
  return existsSync(profile) || isDom0(capabilities);
}

function isDom0(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').includes('control_d');
  } catch {
    return false;
  }
}
