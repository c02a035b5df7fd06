/** What is on a disk, in a word or two for people. Pure. */
import type { DiskContent } from './facts.ts';

/** `ext4 "data"`, `LVM2_member vg0`, with the partition it is on. */
export function describeContent({ path, type, label, group }: DiskContent): string {
  return [path.replace('/dev/', ''), type, ...(label === null ? [] : [`"${label}"`]), ...(group === null ? [] : [group])].join(' ');
}
