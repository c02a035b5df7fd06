/** What actions may do with media on this machine. */
import type { TellNotice } from '../../i18n/notices.ts';
import type { MediaPort } from '../../actions/kind.ts';
import { readAtOf, type ReadAt } from '../../medium/copy/byte-source.ts';
import { copyMedium } from './copy.ts';
import { openSource } from './io.ts';
import { resolveOnMedium } from './packages.ts';
import { mediumPath } from './place.ts';
import { idAt, identifyMedium } from './probe.ts';
import { verifyMedium } from './verify.ts';
import { otherMedium } from '../../medium/copy/other-medium.ts';

export interface MediaEvents {
  readonly notice: TellNotice;
  progress(done: number, total: number, unit: string): void;
}

export function localMedia({ notice, progress }: MediaEvents, signal: AbortSignal): MediaPort {
  return {
    async copy({ source, target, id }) {
      const place = await mediumPath(source);
      try {
        const result = await copyMedium({
          source: place.path,
          name: source,
          target,
          map: null,
          signal,
          output: notice,
          progress: (done, total) => progress(done, total, 'bytes'),
          expect: (readAt) => sameMedium(readAt, source, id),
        });
        return {
          sizeBytes: result.sizeBytes,
          sha256: result.sha256,
          implanted: result.implanted,
          affected: result.affected,
          badSectors: result.bad.reduce((sum, { from, to }) => sum + (to - from) / 2048, 0),
        };
      } finally {
        await place.close();
      }
    },
    verify: (path) =>
      verifyMedium(path, { signal, withImplanted: false, progress: (done, total) => progress(done, total, 'bytes') }),
    identify: (path) => identifyMedium(path, signal),
    async needed(path, sources, packages, login) {
      const opened = await openSource(path, signal);
      try {
        return (await resolveOnMedium(readAtOf(opened), sources, packages, signal, login)).needed;
      } finally {
        await opened.close();
      }
    },
  };
}

/** Another disc may be in the drive by now. */
async function sameMedium(readAt: ReadAt, source: string, id: string): Promise<void> {
  const found = await idAt(readAt);
  // What cannot be read well enough to tell is left to the copying, which says what is wrong with it.
  if (found !== null && found !== id) throw otherMedium(source);
}
