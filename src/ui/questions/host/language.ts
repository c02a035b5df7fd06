/** The wizard's own language; language and keyboard of the installed host. */
import { hostField } from '../fields.ts';
import { keyboards, languages } from '../places.ts';
import { wizardLanguage } from './wizard-language.ts';
import type { Screen } from '../screen.ts';

export const language: Screen = {
  id: 'language',
  section: 'host',
  kind: 'form',
  fields: [
    wizardLanguage,
    hostField('language', 'search', 'language', { options: languages }),
    hostField('keyboard', 'search', 'keyboard.layout', { options: keyboards }),
    hostField('keyboardVariant', 'text', 'keyboard.variant'),
  ],
};
