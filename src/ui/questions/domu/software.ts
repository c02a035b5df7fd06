/** What runs in a DomU, and who logs in to it. */
import { getAt, setProfile, type Plain } from '../../answers/draft.ts';
import { domuField, option } from '../fields.ts';
import { releases } from '../host/sources.ts';
import { moreField } from '../more.ts';
import type { Context, Screen } from '../screen.ts';
import { domuMorePlaces } from './more.ts';

const loginOf = ({ draft, domu }: Context): Plain | undefined => getAt(draft.profile, ['domus', domu ?? 0, 'admin']);
const hasOwn = (context: Context): boolean => typeof loginOf(context) === 'object' && loginOf(context) !== null;

export const software: Screen = {
  id: 'software',
  section: 'domu',
  kind: 'form',
  fields: [
    domuField('domuRelease', 'choice', 'release', { options: releases }),
    domuField('domuPackages', 'packages', 'packages'),
    domuField('login', 'choice', 'admin', {
      options: () => [option('inherit', 'options.sameLogin'), option('own', 'options.ownLogin')],
      read: (context) => (loginOf(context) === undefined ? undefined : hasOwn(context) ? 'own' : 'inherit'),
      write: (draft, value, context) =>
        setProfile(
          draft,
          ['domus', context.domu ?? 0, 'admin'],
          value === 'own'
            ? hasOwn(context)
              ? loginOf(context)
              : (getAt(context.effective, ['host', 'admin']) ?? {})
            : undefined,
        ),
      fallback: () => 'inherit',
    }),
    domuField('domuUser', 'text', 'admin.user', { isShown: hasOwn }),
    domuField('domuPassword', 'password', 'admin.passwordHash', {
      isShown: (context) => hasOwn(context) && getAt(loginOf(context), ['password']) == null,
    }),
    domuField('domuKeys', 'lines', 'admin.sshKeys', { isShown: hasOwn }),
    moreField('domuMore', 'domus', domuMorePlaces),
  ],
};
