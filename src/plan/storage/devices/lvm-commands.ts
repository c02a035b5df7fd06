/** What is done to the logical volumes of a running host: snapshots of them, and volumes beside them. Pure. */

/** `group/name` */
type Volume = string;

/** `bytes`: what it can hold of changes. */
export function snapshotOf(volume: Volume, name: string, bytes: number, tag: string): string[] {
  return ['lvcreate', '--yes', '--snapshot', '--name', name, '--size', `${bytes}b`, '--addtag', tag, volume];
}

/** It disappears in its volume, which is as the snapshot was from then on. */
export function mergeOf(snapshots: readonly Volume[]): string[] {
  return ['lvconvert', '--yes', '--merge', ...snapshots];
}

/** Ends a merge that nobody has waited for. */
export function pollOf(volume: Volume): string[] {
  return ['lvchange', '--poll', 'y', volume];
}

export function growthOf(volume: Volume, moreBytes: number): string[] {
  return ['lvextend', '--size', `+${moreBytes}b`, volume];
}

export function removalOf(volume: Volume): string[] {
  return ['lvremove', '--yes', volume];
}

/** Nothing of what lay there before is seen as its own. */
export function newVolume(group: string, name: string, bytes: number, tag: string): string[] {
  return [
    ...['lvcreate', '--yes', '--wipesignatures', 'y', '--zero', 'y', '--name', name],
    ...['--size', `${bytes}b`, '--addtag', tag, group],
  ];
}

export function withoutTag(volume: Volume, tag: string): string[] {
  return ['lvchange', '--deltag', tag, volume];
}
