/** `xenwright medium verify FILE`: the implanted sum, the disc's own sums, its package lists and our manifest. */
import { english, inEnglish } from '../../../i18n/english.ts';
import { implantedWords } from '../../../medium/copy/implanted-words.ts';
import { shownSource } from '../../../profile/source-ref.ts';
import { EXIT } from '../../../errors.ts';
import { describeAffected, packageName } from '../../../medium/copy/affected.ts';
import { mediumPath } from '../../../system/medium/place.ts';
import { progressLine, stoppable } from '../../../system/medium/progress.ts';
import { verifyMedium } from '../../../system/medium/verify.ts';
import { cleanLine } from '../../../clean-text.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';

/** Of files that differ. */
const MOST_SHOWN = 100;

export async function mediumVerify(source: string, io: CommandIo): Promise<number> {
  const place = await mediumPath(source);
  const line = progressLine(io.err);
  const { signal, end } = stoppable();
  try {
    const { volume, implanted, lists, checked, wrong } = await verifyMedium(place.path, {
      signal,
      withImplanted: true,
      progress: line.progress,
    });
    line.end();
    io.out(
      [
        english('cli.mediumVerify.volume', {
          source: shownSource(source),
          label: volume.label,
          count: volume.sizeBytes,
        }),
        english('cli.mediumVerify.md5', { implanted: english(implantedWords(implanted)) }),
        lists.length === 0
          ? english('cli.mediumVerify.noList', { checked })
          : english('cli.mediumVerify.files', { checked, lists: lists.join(', ') }),
        ...wrong
          .slice(0, MOST_SHOWN)
          .map(({ path, why }) =>
            cleanLine(
              `  ${inEnglish(describeAffected({ path, isFolder: false, package: packageName(path) }))}: ${inEnglish(why)}`,
            ),
          ),
        ...(wrong.length > MOST_SHOWN ? [`  ${english('cli.more', { more: wrong.length - MOST_SHOWN })}`] : []),
        '',
      ].join('\n'),
    );
    if (wrong.length === 0 && implanted !== 'differs')
      return checked === 0 && implanted === null ? nothing(io) : EXIT.done;
    return EXIT.source;
  } finally {
    end();
    await place.close();
  }
}

/** An image that vouches for nothing can be neither good nor bad. */
function nothing(io: CommandIo): number {
  io.err(`${english('cli.mediumVerify.noChecksums')}\n`);
  return EXIT.done;
}
