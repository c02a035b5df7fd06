/** `xenwright rehearse`: install into a scratch image, boot it, and say who is up. */
import { dirname } from 'node:path';
import { EXIT } from '../errors.ts';
import { removeImage, scratchImage } from '../system/scratch-image.ts';
import type { CommandIo } from '../system/process-io.ts';
import { bootTools } from '../system/provide-tools.ts';
import { boot } from './boot.ts';
import { install } from './install.ts';
import type { LoadOptions } from './prepare.ts';

export interface RehearseOptions extends Omit<LoadOptions, 'facts' | 'image'> { readonly firmware: 'bios' | 'uefi'; readonly keep?: string; readonly timeout?: string; readonly state?: string; readonly set: readonly string[] }

/** The install's progress goes to standard error, so that standard output is the verdict alone. */
export async function rehearse(source: string, options: RehearseOptions, io: CommandIo): Promise<number> {
  const { firmware, keep, timeout, state, ...ofProfile } = options;
  const image = keep ?? await scratchImage();
  const kept = keep !== undefined;
  try {
    const code = await install([source], { ...ofProfile, image: [image], ui: 'plain', toStandardError: true, resumeIfInterrupted: kept, alsoNeeds: bootTools({ firmware, scratch: !kept }), ...(state === undefined ? {} : { state }) }, { ...io, out: io.err });
    if (code !== EXIT.done) return code;
    // The transcript outlives the image: it is what tells why somebody is not up.
    return await boot([image], { firmware, scratch: !kept, ...(kept ? {} : { transcript: `${dirname(image)}.log` }), ...(timeout === undefined ? {} : { timeout }) }, io);
  } finally {
    if (!kept) await removeImage(image);
  }
}
