/** The facts an install is planned with: this machine's, those of a file, or those of the machine an image is made for. */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { imageMachine } from '../facts/image-machine.ts';
import { probeFacts } from '../facts/probe.ts';
import { imageSizeMiB } from '../plan/storage/storage.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { mountsImages } from '../system/disk/image-mounts.ts';
import { imageSeed } from '../system/disk/image-files.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { mediumOf } from './source-medium.ts';
import { parseImage, type ImageArgument } from '../command-line/values/images.ts';
import { readFacts } from './read-facts.ts';

/**
 * Facts for a profile; with images, their seed is read, or made and kept beside the first one. A medium that is out of
 * reach is an error; `onLostMedium` takes it, and the facts come without one.
 */
export async function targetFacts(
  profile: EffectiveProfile,
  options: {
    readonly facts?: string;
    readonly image: readonly string[];
    readonly usedConsole?: string | null;
    readonly onLostMedium?: (error: XenwrightError) => void;
  },
  io: CommandIo,
): Promise<Facts> {
  if (options.facts !== undefined) {
    const read = await readFacts(options.facts, io);
    if (profile.host.source.medium === null || read.medium !== undefined) return read;
    // A disc is in that machine's drive, not in this one's.
    if (profile.host.source.medium === 'cdrom') throw failure('bad-facts.medium', EXIT.usage, { file: options.facts });
    const medium = await mediumOf(profile, read.kind === 'image', io);
    return medium === null ? read : { ...read, medium };
  }
  const probed = await probeFacts(systemProbe(), options.usedConsole);
  const { onLostMedium } = options;
  const medium = await mediumOf(profile, options.image.length > 0, io).catch((error: unknown) => {
    if (onLostMedium === undefined || !(error instanceof XenwrightError) || error.exit !== EXIT.source) throw error;
    onLostMedium(error);
    return null;
  });
  const named = medium === null ? {} : { medium };
  if (options.image.length === 0) return { ...probed, ...named };
  const images = options.image.map(parseImage);
  const machine = imageMachine({
    disks: images.map((image) => ({ sizeMiB: image.sizeMiB ?? imageSizeMiB(profile, medium ?? undefined) })),
    seed: await imageSeed((images[0] as ImageArgument).file),
    aptSources: probed.aptSources,
    mountsImages: await mountsImages(),
  });
  return { ...machine, ...named };
}
