/** `xenwright rehearse`: install into a scratch image, boot it, and say who is up. */
import { english } from '../../i18n/english.ts';
import { dirname } from 'node:path';
import { EXIT } from '../../errors.ts';
import type { DomuSettings, EffectiveProfile } from '../../profile/effective.ts';
import { removeImage, scratchImage } from '../../system/disk/scratch-image.ts';
import { EMULATES_WHOLE } from '../../system/vm/boot-machine.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { bootTools } from '../../system/process/provide-tools.ts';
import { boot } from '../boot/run.ts';
import { install } from '../install/run.ts';
import type { LoadOptions } from '../../install/prepare.ts';

export interface RehearseOptions extends Omit<LoadOptions, 'facts' | 'image'> {
  readonly firmware: 'bios' | 'uefi';
  readonly keep?: string;
  readonly timeout?: string;
  readonly state?: string;
  readonly set: readonly string[];
}

/** The install's progress goes to standard error, so that standard output is the verdict alone. */
export async function rehearse(source: string, options: RehearseOptions, io: CommandIo): Promise<number> {
  const { firmware, keep, timeout, state, ...ofProfile } = options;
  const image = keep ?? (await scratchImage());
  const kept = keep !== undefined;
  let profile: EffectiveProfile | null = null;
  try {
    const code = await install(
      [source],
      {
        ...ofProfile,
        image: [image],
        ui: 'plain',
        toStandardError: true,
        resumeIfInterrupted: kept,
        alsoNeeds: bootTools({ firmware, scratch: !kept }),
        ...(state === undefined ? {} : { state }),
        onPrepared: (prepared) => {
          profile = prepared;
        },
      },
      { ...io, out: io.err },
    );
    if (code !== EXIT.done) return code;
    const unsure = profile === null || !EMULATES_WHOLE ? '' : unsureHere(profile);
    if (unsure !== '') io.err(unsure);
    // The transcript outlives the image: it is what tells why somebody is not up.
    return await boot(
      [image],
      {
        firmware,
        scratch: !kept,
        ...(kept ? {} : { transcript: `${dirname(image)}.log` }),
        ...(timeout === undefined ? {} : { timeout }),
      },
      io,
    );
  } finally {
    if (!kept) await removeImage(image);
  }
}

/**
 * Which DomUs may fail for no fault of theirs, because their machine is emulated. The profile is not changed: it is
 * what is rehearsed.
 */
export function unsureHere({ domus }: { readonly domus: readonly Pick<DomuSettings, 'name' | 'type'>[] }): string {
  // The machine of an image can do PVH.
  const unsure = domus.flatMap(({ name, type }) =>
    type === 'pv' ? [] : [`${name} (${type === 'auto' ? 'auto: pvh' : type})`],
  );
  if (unsure.length === 0) return '';
  return `${english('cli.rehearse.unsure', { domus: unsure.join(', ') })}\n`;
}
