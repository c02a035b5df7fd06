/** What is on a disk, in a word or two for people. Pure. */
import type { DiskContent } from './facts.ts';

/** `sda1 ext4 "data"`, `sda2 LVM2_member vg0`; `place` is how the partition it is on is called. */
export function describeContent(
  { path, type, label, group }: DiskContent,
  place: string = path.replace('/dev/', ''),
): string {
  return [place, type, ...(label === null ? [] : [`"${label}"`]), ...(group === null ? [] : [group])].join(' ');
}
