/** What was written in a profile and is known by another name: for people, who should see what was understood. Pure. */
import type { Document } from 'yaml';
import type { EffectiveProfile } from './effective.ts';

export interface SaidOtherwise {
  readonly path: readonly string[];
  readonly written: string;
  readonly meant: string;
}

/** In the order of a profile. */
export function saidOtherwise(document: Document, profile: EffectiveProfile): SaidOtherwise[] {
  const { language, keyboard, timezone } = profile;
  return (
    [
      [['language'], language],
      [['keyboard', 'layout'], keyboard.layout, keyboard.variant],
      [['keyboard', 'variant'], keyboard.variant],
      [['timezone'], timezone],
    ] as const
  ).flatMap(([path, meant, variant = '']) => {
    const written: unknown = document.getIn(path);
    return typeof written === 'string' && written !== meant
      ? [{ path, written, meant: variant === '' ? meant : `${meant}, ${variant}` }]
      : [];
  });
}
