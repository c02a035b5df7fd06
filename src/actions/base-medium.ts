/**
 * A medium as a source of bases: mounted only in the namespaces of the commands that read it, so that nothing stays
 * behind.
 */
import { noticeText } from '../i18n/notices.ts';
import script from '../../assets/build/with-medium.sh' with { type: 'text' };
import type { MediumMount } from '../plan/action.ts';
import type { ActionContext, CommandLine } from './kind.ts';
import { otherMedium } from '../medium/copy/other-medium.ts';

/** Exit code 0 where this kernel can mount a disc. */
export const KNOWS_ISO9660 = [
  'sh',
  '-c',
  'grep -qw iso9660 /proc/filesystems || { modprobe -q isofs && grep -qw iso9660 /proc/filesystems; }',
];

/** The same command with the medium where its sources look for it; to be run in a mount namespace of its own. */
export function withMedium(medium: MediumMount | null, argv: readonly string[]): readonly string[] {
  return medium === null ? argv : ['sh', '-e', '-c', script, 'sh', medium.from, medium.at, ...argv];
}

/** How a person would make it visible. */
export function shownMount(medium: MediumMount | null): CommandLine[] {
  return medium === null
    ? []
    : [{ argv: ['mkdir', '-p', medium.at] }, { argv: ['mount', '-t', 'iso9660', '-o', 'ro', medium.from, medium.at] }];
}

/**
 * The medium, or its files in a folder where this kernel has no iso9660. Throws `medium-changed` (exit 6) for another
 * one than was vouched for when the plan was made.
 */
export async function reachMedium(medium: MediumMount, context: ActionContext): Promise<MediumMount> {
  if ((await context.media.identify(medium.from)) !== medium.id) throw otherMedium(medium.from);
  const known = await context.exec(KNOWS_ISO9660, { quiet: true, okCodes: [0, 1, 127] });
  if (known.exitCode === 0) return medium;
  const folder = `${context.scratch}/medium-${medium.id}`;
  for (;;) {
    const lock = await context.tryLock(`${folder}.lock`, `the files of medium ${medium.id}`);
    if (lock === null) {
      await context.exec(['sleep', '1'], { quiet: true });
      continue;
    }
    try {
      if (await context.files.exists(folder)) return { ...medium, from: folder };
      context.output(noticeText('notices.noIso9660'));
      await context.files.remove(`${folder}.partial`);
      await context.exec(
        [
          'xorriso',
          '-osirrox',
          'on:auto_chmod_on',
          '-abort_on',
          'FATAL',
          '-indev',
          medium.from,
          '-extract',
          '/',
          `${folder}.partial`,
        ],
        { quiet: true, timeoutMs: 60 * 60_000 },
      );
      await context.files.rename(`${folder}.partial`, folder);
      return { ...medium, from: folder };
    } finally {
      await lock.release();
    }
  }
}
