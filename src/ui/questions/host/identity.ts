/** Who the host is, and what time it keeps. */
import { DEFAULT_HOSTNAME } from '../../answers/effective.ts';
import { hostField } from '../fields.ts';
import { timezones } from '../places.ts';
import type { Screen } from '../screen.ts';

export const identity: Screen = {
  id: 'identity',
  section: 'host',
  kind: 'form',
  fields: [
    hostField('hostname', 'text', 'host.hostname', {
      fallback: () => DEFAULT_HOSTNAME,
      isFilled: true,
      isRequired: true,
      isNeeded: () => true,
    }),
    hostField('timezone', 'search', 'timezone', { options: timezones }),
    hostField('ntp', 'words', 'host.ntp'),
  ],
};
