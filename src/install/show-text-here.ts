/** A text on the ordinary screen of this terminal, with what is asked below it in the language of the screens. */
import { showText } from '../system/terminal/show-text.ts';
import { screenTexts } from './screen-texts.ts';
import { thisTerminal } from './this-terminal.ts';

export async function showTextHere(text: string): Promise<void> {
  const t = await screenTexts(thisTerminal());
  await showText(text, { more: t('export.more'), end: t('export.end') });
}
