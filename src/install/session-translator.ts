/** The language of a medium's session, on consoles of every kind: one that cannot show it is told the same in English. */
import { say, type Saying } from '../i18n/phrase.ts';
import { screenLocales, type Locale } from '../i18n/locales.ts';
import { loadTranslator, translator, type Translate } from '../i18n/t.ts';
import type { ConsoleSigns, Said } from '../system/medium/console.ts';
import { showable } from '../ui/terminal/glyphs.ts';

export interface Voices {
  /** From now on. */
  speak(language: Locale): Promise<void>;
  said(line: Saying): Said;
}

export function sessionVoices(): Voices {
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
      return (signs: ConsoleSigns) =>
        name !== 'en' && screenLocales({}, signs).offered.includes(name)
          ? showable(say(line, t), signs)
          : say(line, english);
    },
  };
}
