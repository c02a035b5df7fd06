/** What opens a guest's disks layer by layer (assets/host/rescue), under names of ours, and what sweeps after a kill. */
import { createHash } from 'node:crypto';
import insideTree from '../../../../assets/build/inside-tree.sh' with { type: 'text' };
import filesystem from '../../../../assets/host/rescue/filesystem.sh' with { type: 'text' };
import image from '../../../../assets/host/rescue/image.sh' with { type: 'text' };
import layers from '../../../../assets/host/rescue/layers.sh' with { type: 'text' };
import luks from '../../../../assets/host/rescue/luks.sh' with { type: 'text' };
import lvm from '../../../../assets/host/rescue/lvm.sh' with { type: 'text' };
import md from '../../../../assets/host/rescue/md.sh' with { type: 'text' };
import partitions from '../../../../assets/host/rescue/partitions.sh' with { type: 'text' };
import qcow2 from '../../../../assets/host/rescue/qcow2.sh' with { type: 'text' };
import session from '../../../../assets/host/rescue/session.sh' with { type: 'text' };
import sweep from '../../../../assets/host/rescue/sweep.sh' with { type: 'text' };
import { exec } from '../../../system/process/exec.ts';
import { keepRunning } from '../../../system/process/keep-running.ts';

/** The types of what lies on disks, a file each, as the list in layers.sh has them. */
const TYPES = [image, filesystem, luks, md, lvm, partitions];
/** For sh: opens disks, gives a shell in them, closes them. */
export const sessionScript = [insideTree, layers, ...TYPES, session].join('\n');

/** Linux numbers loops up to 2^20; no other program goes this high. Each rescue has a hundred. */
const FIRST_LOOP = 40_000;
const RESCUES = 900;

/** The places of a rescue that its names depend on. */
interface Layered {
  readonly notes: string;
  readonly work: string;
}

/** Names of devices that are only this rescue's: how mappings begin, and the number of the first loop. */
export function privateNames(name: string, { notes }: Pick<Layered, 'notes'>): { prefix: string; firstLoop: number } {
  const hash = createHash('sha256').update(`${notes}\0${name}`).digest('hex');
  return {
    prefix: `xwr-${hash.slice(0, 8)}`,
    firstLoop: FIRST_LOOP + 100 * (Number.parseInt(hash.slice(0, 8), 16) % RESCUES),
  };
}

/** How the paths begin where QEMU shows images. */
function shownAt(name: string, world: Layered): string {
  return `${world.work}/${privateNames(name, world).prefix}-qcow2-`;
}

export interface Kept {
  /** `ready`, or why not. */
  readonly said: string;
  readonly device: string;
  /** When nothing uses it any more. */
  end(): Promise<void>;
}

/** Opens an image in qcow2, the one at this place among them: beside the session, which must end before QEMU does. */
export async function keepQcow2(name: string, path: string, index: number, world: Layered): Promise<Kept> {
  const number = privateNames(name, world).firstLoop + 90 + index;
  const kept = await keepRunning([
    ...['unshare', '--mount', '--', 'sh', '-c', qcow2, 'sh'],
    ...[path, `${shownAt(name, world)}${index}`, String(number)],
  ]);
  return { said: kept.said, device: `/dev/loop${number}`, end: kept.end };
}

/**
 * Closes what a session that was killed has left open; what is still in use is found by whoever looks who uses the
 * disk.
 */
export async function sweepLayers(name: string, world: Layered): Promise<void> {
  const { prefix, firstLoop } = privateNames(name, world);
  await exec(['sh', '-c', sweep, 'sh', prefix, String(firstLoop), shownAt(name, world)], {
    okCodes: [0, 1],
    quiet: true,
  });
}
