/** `xenwright rehearse`: install into a scratch image, boot it, and say who is up. */
import { dirname } from 'node:path';
import { EXIT } from '../errors.ts';
import { removeImage, scratchImage } from '../system/scratch-image.ts';
import type { CommandIo } from '../system/process-io.ts';
import { boot } from './boot.ts';
import { install } from './install.ts';

export interface RehearseOptions { readonly firmware: 'bios' | 'uefi'; readonly keep?: string; readonly timeout?: string; readonly state?: string; readonly set: readonly string[] }

/** The install's progress goes to standard error, so that standard output is the verdict alone. */
export async function rehearse(source: string, options: RehearseOptions, io: CommandIo): Promise<number> {
  const image = options.keep ?? await scratchImage();
  const kept = options.keep !== undefined;
  try {
    const code = await install([source], { image: [image], set: options.set, ui: 'plain', toStandardError: true, resumeIfInterrupted: kept, ...(options.state === undefined ? {} : { state: options.state }) }, { ...io, out: io.err });
    if (code !== EXIT.done) return code;
    // The transcript outlives the image: it is what tells why somebody is not up.
    return await boot([image], { firmware: options.firmware, scratch: !kept, ...(kept ? {} : { transcript: `${dirname(image)}.log` }), ...(options.timeout === undefined ? {} : { timeout: options.timeout }) }, io);
  } finally {
    if (!kept) await removeImage(image);
  }
}
