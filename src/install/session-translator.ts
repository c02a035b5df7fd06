/** The language of a medium's session, on consoles of every kind: one that cannot show it is told the same in English. */
import { say, type Message } from '../i18n/phrase.ts';
import { screenLocales, type Locale } from '../i18n/locales.ts';
import { loadTranslator, translator, type Translate } from '../i18n/t.ts';
import type { ConsoleCharacters, MessageAndHint } from '../system/medium/console.ts';
import { showable } from '../ui/terminal/glyphs.ts';

export interface SessionTranslator {
  /** From now on. */
  speak(language: Locale): Promise<void>;
  said(line: Message): MessageAndHint;
}

export function sessionTranslator(): SessionTranslator {
  const english = translator('en');
  let [own, locale]: [Translate, Locale] = [english, 'en'];
  return {
    async speak(language) {
      own = await loadTranslator(language);
      locale = language;
    },
    said: (line) => {
      // Words of the machine are as they are.
      if (typeof line === 'string') return () => line;
      // What is said later is in the language of now.
      const [t, name] = [own, locale];
      return (characters: ConsoleCharacters) =>
        name !== 'en' && screenLocales({}, characters).offered.includes(name)
          ? showable(say(line, t), characters)
          : say(line, english);
    },
  };
}
