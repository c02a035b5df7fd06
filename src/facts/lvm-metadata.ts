/**
 * The volume group that a physical volume says it is of, read from its own metadata: LVM's tools may be missing, or
 * told to leave the disk out. Pure.
 */

/**
 * What the first MiB of a physical volume holds: every version of its group's metadata that was not yet written over,
 * as text.
 */
const VERSION =
  /(?<![A-Za-z0-9+_.-])([A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,127}) \{\nid = "[A-Za-z0-9-]{38}"\nseqno = (\d+)\n/g;

/** The name in the newest version (a renamed group leaves older ones); null where there is no metadata. */
export function groupInMetadata(text: string | null): string | null {
  let [newest, group]: [number, string | null] = [-1, null];
  for (const [, name, number] of (text ?? '').matchAll(VERSION)) {
    if (name === undefined || Number(number) <= newest) continue;
    [newest, group] = [Number(number), name];
  }
  return group;
}

/** Prints the beginning of a physical volume. */
export function readMetadata(path: string): string[] {
  return ['dd', `if=${path}`, 'bs=1M', 'count=1', 'status=none'];
}
