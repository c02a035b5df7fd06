/**
 * `xenwright medium copy SOURCE TARGET`: a disc, image, device or address into a file or onto a device, with sums and a
 * map of what is unreadable.
 */
import { noticeText } from '../../../i18n/notices.ts';
import { english, inEnglish } from '../../../i18n/english.ts';
import { implantedWords } from '../../../medium/copy/implanted-words.ts';
import { shownSource } from '../../../profile/source-ref.ts';
import { EXIT, failure } from '../../../errors.ts';
import { describeAffected } from '../../../medium/copy/affected.ts';
import { copyMedium, type CopyResult } from '../../../system/medium/copy.ts';
import { progressLine, stoppable } from '../../../system/medium/progress.ts';
import { mediumPath, refuseUsedTarget } from '../../../system/medium/place.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';

export interface CopyOptions {
  readonly yes?: boolean;
  readonly map?: string;
}

export async function mediumCopy(source: string, target: string, options: CopyOptions, io: CommandIo): Promise<number> {
  const isDevice = await refuseUsedTarget(target);
  if (isDevice && options.yes !== true) throw failure('usage.overwrite', EXIT.usage, { target });
  const place = await mediumPath(source);
  const map = options.map ?? (isDevice ? `/var/tmp/xenwright${target.replaceAll('/', '-')}.map` : `${target}.map`);
  const beganMs = Date.now();
  const line = progressLine(io.err);
  const { signal, end } = stoppable();
  try {
    const result = await copyMedium({
      source: place.path,
      name: shownSource(source),
      target,
      map,
      signal,
      output: (key, values) => line.say(noticeText(key, values)),
      progress: line.progress,
    });
    line.end();
    io.out(summary(source, target, result, (Date.now() - beganMs) / 1000));
    if (result.implanted === 'differs') return report(io, [english('cli.mediumCopy.damaged', { target })]);
    return result.bad.length === 0
      ? EXIT.done
      : report(io, [
          english('cli.mediumCopy.unreadable', {
            count: result.bad.reduce((sum, { from, to }) => sum + (to - from) / 2048, 0),
            map,
          }),
          ...(result.affected.length === 0
            ? [english('cli.mediumCopy.noFile')]
            : [
                english('cli.mediumCopy.files'),
                ...result.affected.map((one) => `  ${inEnglish(describeAffected(one))}`),
              ]),
          english('cli.mediumCopy.again'),
        ]);
  } finally {
    end();
    await place.close();
  }
}

function report(io: CommandIo, lines: readonly string[]): number {
  io.err(`${lines.join('\n')}\n`);
  return EXIT.action;
}

function summary(
  source: string,
  target: string,
  { sizeBytes, sha256, implanted, volume }: CopyResult,
  seconds: number,
): string {
  return [
    english('cli.mediumCopy.done', {
      source: shownSource(source),
      target,
      count: sizeBytes,
      seconds: seconds.toFixed(1),
      rate: (sizeBytes / 1_000_000 / Math.max(0.001, seconds)).toFixed(0),
    }),
    ...(volume === null ? [] : [english('cli.mediumCopy.label', { label: volume.label })]),
    `sha256  ${sha256}`,
    `md5     ${english(implantedWords(implanted))}`,
    '',
  ].join('\n');
}
