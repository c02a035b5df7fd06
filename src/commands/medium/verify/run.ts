/** `xenwright medium verify FILE`: the implanted sum, the disc's own sums, its package lists and our manifest. */
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
        `${shownSource(source)}: "${volume.label}", ${volume.sizeBytes} bytes`,
        `md5 of the image: ${implanted === null ? 'none implanted' : implanted === 'good' ? 'as implanted' : 'DIFFERS from the one implanted'}`,
        `files: ${checked} checked, by ${lists.length === 0 ? 'no list: it has none' : lists.join(', ')}`,
        ...wrong
          .slice(0, MOST_SHOWN)
          .map(({ path, why }) =>
            cleanLine(`  ${describeAffected({ path, isFolder: false, package: packageName(path) })}: ${why}`),
          ),
        ...(wrong.length > MOST_SHOWN ? [`  and ${wrong.length - MOST_SHOWN} more`] : []),
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
  io.err('It carries no sums of itself: compare its SHA-256 with that of its publisher (sha256sum FILE).\n');
  return EXIT.done;
}
