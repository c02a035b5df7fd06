/**
 * The profile's `files` that are given by `source`: read before anything else happens, so that a missing one stops
 * nothing half way.
 */
import { EXIT, XenwrightError } from '../errors.ts';
import type { EffectiveProfile, FileEntry } from '../profile/effective.ts';
import { besideSource } from '../profile/source-ref.ts';
import type { CommandIo } from '../system/process/process-io.ts';

/**
 * The same profile with the texts in place. Throws `source-unreachable` (exit 6) that names every file which cannot be
 * had.
 */
export async function withFileSources(
  profile: EffectiveProfile,
  profileSource: string,
  io: Pick<CommandIo, 'readText'>,
): Promise<EffectiveProfile> {
  const troubles: string[] = [];
  const fill = async (files: readonly FileEntry[], at: string): Promise<FileEntry[]> =>
    await Promise.all(
      files.map(async (file, index): Promise<FileEntry> => {
        if (file.source === undefined) return file;
        const { source, ...rest } = file;
        const place = besideSource(source, profileSource);
        try {
          const content = await io.readText(place);
          // What is not UTF-8 was read with replacement characters: writing it would damage it.
          if (content.includes('\uFFFD')) troubles.push(`${at}[${index}].source: ${place} is not text in UTF-8`);
          return { ...rest, content };
        } catch (error) {
          if (!(error instanceof XenwrightError)) throw error;
          troubles.push(`${at}[${index}].source: ${error.message}`);
          return file;
        }
      }),
    );
  const host = { ...profile.host, files: await fill(profile.host.files, 'host.files') };
  const domus = await Promise.all(
    profile.domus.map(async (domu, index) => ({ ...domu, files: await fill(domu.files, `domus[${index}].files`) })),
  );
  if (troubles.length > 0)
    throw new XenwrightError({
      code: 'source-unreachable',
      exit: EXIT.source,
      message: troubles.join('; '),
      hint: 'a source is a path relative to the profile, an absolute path, or a SOURCE of its own, of a text; carry binaries in a package',
    });
  return { ...profile, host, domus };
}
