/** Disk images. */
import { EXIT, failure } from '../../errors.ts';
import { parseMiB } from '../../profile/sizes.ts';
import { place } from './places.ts';

export interface ImageArgument {
  readonly file: string;
  /** null: as large as the plan needs. */
  readonly sizeMiB: number | null;
}

/** `FILE` or `FILE:SIZE` */
export function image(text: string): string {
  parseImage(text);
  return text;
}

/** Taken apart. Throws usage errors. */
export function parseImage(argument: string): ImageArgument {
  const at = argument.lastIndexOf(':');
  if (at < 0) return { file: place('--image')(argument), sizeMiB: null };
  const sizeMiB = parseMiB(argument.slice(at + 1));
  if (sizeMiB === null || sizeMiB === 0 || at === 0) throw failure('bad-image', EXIT.usage, { given: argument });
  return { file: place('--image')(argument.slice(0, at)), sizeMiB };
}
