/** Texts of options and messages in the language of the screen. Pure. */
import type { Look } from '../look.tsx';
import type { Words } from '../../src/ui/screens/screen.ts';

export function wordsOf(words: Words, { t }: Look): string {
  return 'text' in words ? words.text : t(words.key, words.values);
}
