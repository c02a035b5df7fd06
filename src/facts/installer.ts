/** What the running system lacks to install onto its own disks. Looks only. */
import type { Facts } from './facts.ts';
import type { ProbePort } from './probe-port.ts';

/** mke2fs has `orphan_file` since 1.47 (e2fsprogs' release notes). */
const ORPHAN_FILE_SINCE = 1047;

/** Empty where nothing is known to be missing: tools that are not there at all are asked for elsewhere. */
export async function probeLacks(port: ProbePort): Promise<NonNullable<Facts['lacks']>> {
  const hasRun = (await port.list('/run')).length > 0;
  const hasUdev = (await port.list('/run/udev')).includes('control');
  // It says so on standard error.
  const text = await port.run(['sh', '-c', 'mke2fs -V 2>&1']);
  const [, major, minor] = /^mke2fs (\d+)\.(\d+)/m.exec(text ?? '') ?? [];
  const isOld = major !== undefined && Number(major) * 1000 + Number(minor) < ORPHAN_FILE_SINCE;
  return [...(hasRun && !hasUdev ? (['udev'] as const) : []), ...(isOld ? (['orphan_file'] as const) : [])];
}
