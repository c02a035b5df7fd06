/**
 * The profile's `files` that are given by `source`: read before anything else happens, so that a missing one stops
 * nothing half way.
 */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import { errorMessages } from '../i18n/translate-events.ts';
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
  const troubles: Message[] = [];
  const fill = async (files: readonly FileEntry[], at: string): Promise<FileEntry[]> =>
    await Promise.all(
      files.map(async (file, index): Promise<FileEntry> => {
        if (file.source === undefined) return file;
        const { source, ...rest } = file;
        const place = besideSource(source, profileSource);
        try {
          const content = await io.readText(place);
          // What is not UTF-8 was read with replacement characters: writing it would damage it.
          if (content.includes('\uFFFD'))
            troubles.push({
              key: 'errors.source-unreachable.notText',
              values: { field: `${at}[${index}].source`, place },
            });
          return { ...rest, content };
        } catch (error) {
          if (!(error instanceof XenwrightError)) throw error;
          troubles.push({
            key: 'errors.source-unreachable.ofField',
            values: { field: `${at}[${index}].source`, reason: errorMessages(error).message },
          });
          return file;
        }
      }),
    );
  const host = { ...profile.host, files: await fill(profile.host.files, 'host.files') };
  const domus = await Promise.all(
    profile.domus.map(async (domu, index) => ({ ...domu, files: await fill(domu.files, `domus[${index}].files`) })),
  );
  if (troubles.length > 0)
    throw failure('source-unreachable.files', EXIT.source, { troubles: { list: troubles, by: 'semicolon' } });
  return { ...profile, host, domus };
}
