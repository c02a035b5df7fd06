/** What every part of a screen draws with: texts, glyphs, theme. Given once at the top. */
import { createContext, useContext } from 'react';
import type { TextKey, Translate } from '../src/i18n/t.ts';
import type { Glyphs } from '../src/ui/terminal/glyphs.ts';
import type { Theme } from '../src/ui/terminal/theme.ts';

export interface Look {
  readonly t: Translate;
  readonly glyphs: Glyphs;
  readonly theme: Theme;
  /** For a screen reader: words, line under line, and nothing that is only drawn. */
  readonly spoken: boolean;
  /** Stands on every frame, like that it is a demo. */
  readonly mark?: TextKey | undefined;
  /** Makes any text one that this terminal can show. */
  show(text: string): string;
}

export const LookContext = createContext<Look | null>(null);

export function useLook(): Look {
  const look = useContext(LookContext);
  if (look === null) throw new Error('nothing says how to draw');
  return look;
}
