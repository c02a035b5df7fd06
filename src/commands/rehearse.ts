/** `xenwright rehearse`: install into a scratch image, boot it, and say who is up. */
import { EXIT } from '../errors.ts';
import { removeImage, scratchImage } from '../system/scratch-image.ts';
import type { CommandIo } from '../system/process-io.ts';
import { boot } from './boot.ts';
import { install } from './install.ts';

export interface RehearseOptions { readonly firmware: 'bios' | 'uefi'; readonly keep?: string; readonly timeout?: string; readonly set: readonly string[] }

/** The install's progress goes to standard error, so that standard output is the verdict alone. */
export async function rehearse(source: string, options: RehearseOptions, io: CommandIo): Promise<number> {
  const image = options.keep ?? await scratchImage();
  try {
    const code = await install([source], { image: [image], set: options.set, ui: 'plain', toStandardError: true, resumeIfInterrupted: options.keep !== undefined }, { ...io, out: io.err });
    if (code !== EXIT.done) return code;
    return await boot([image], { firmware: options.firmware, ...(options.timeout === undefined ? {} : { timeout: options.timeout }) }, io);
  } finally {
    if (options.keep === undefined) await removeImage(image);
  }
}
