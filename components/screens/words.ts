/** Texts of options and messages in the language of the screen. Pure. */
import { say } from '../../src/i18n/phrase.ts';
import type { Look } from '../look.tsx';
import type { Words } from '../../src/ui/questions/screen.ts';

export function wordsOf(words: Words, { t }: Look): string {
  return 'text' in words ? words.text : say(words, t);
}
