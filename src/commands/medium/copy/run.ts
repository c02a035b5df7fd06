/**
 * `xenwright medium copy SOURCE TARGET`: a disc, image, device or address into a file or onto a device, with sums and a
 * map of what is unreadable.
 */
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
      output: (text) => line.say(text),
      progress: line.progress,
    });
    line.end();
    io.out(summary(source, target, result, (Date.now() - beganMs) / 1000));
    if (result.implanted === 'differs')
      return report(io, [
        `${target} differs from the MD5 sum implanted into the image: the source or the way here is damaged`,
      ]);
    return result.bad.length === 0
      ? EXIT.done
      : report(io, [
          `${result.bad.reduce((sum, { from, to }) => sum + (to - from) / 2048, 0)} sectors could not be read; they are zeroes in the copy. Its map: ${map}`,
          ...(result.affected.length === 0
            ? ['No file lies on them.']
            : ['What lies on them:', ...result.affected.map((one) => `  ${describeAffected(one)}`)]),
          'The same command tries only these again.',
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
    `${shownSource(source)} → ${target}: ${sizeBytes} bytes in ${seconds.toFixed(1)} s (${(sizeBytes / 1_000_000 / Math.max(0.001, seconds)).toFixed(0)} MB/s)`,
    ...(volume === null ? [] : [`label   ${volume.label}`]),
    `sha256  ${sha256}`,
    `md5     ${implanted === null ? 'none implanted' : implanted === 'good' ? 'as implanted' : 'DIFFERS from the one implanted'}`,
    '',
  ].join('\n');
}
