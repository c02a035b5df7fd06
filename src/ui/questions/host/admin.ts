/** Who logs in to the host. */
import { defaultKeys } from '../../answers/effective.ts';
import { getAt } from '../../answers/draft.ts';
import { hostField } from '../fields.ts';
import type { Context, Screen } from '../screen.ts';

export const admin: Screen = {
  id: 'admin',
  section: 'host',
  kind: 'form',
  owns: [
    ['host', 'admin'],
    ['host', 'admin', 'password'],
  ],
  fields: [
    hostField('user', 'text', 'host.admin.user'),
    hostField('password', 'password', 'host.admin.passwordHash', { isShown: hasNoReference }),
    hostField('sshKeys', 'lines', 'host.admin.sshKeys', {
      fallback: (context) => defaultKeys(context.draft, context.environment),
      isFilled: true,
      isNeeded: isNobody,
    }),
  ],
};

/** A loaded profile may say where the password is: then there is nothing to type. */
function hasNoReference({ draft }: Context): boolean {
  return getAt(draft.profile, ['host', 'admin', 'password']) == null;
}

function isNobody(context: Context): boolean {
  return hasNoReference(context) && getAt(context.draft.profile, ['host', 'admin', 'passwordHash']) == null;
}
