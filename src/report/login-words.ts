/** How somebody logs in, in words that do not know an address yet: before an install. Pure. */
import type { Phrase, Word } from '../i18n/phrase.ts';
import type { Login } from '../profile/ways-in.ts';

/** `domain`: dom0 or a DomU's name. Null: nobody can. */
export function loginWords(domain: string, login: Login | null): Phrase {
  if (login === null) return { key: 'summary.nobody' };
  const { user, byKey, bySshPassword, byPassword, root } = login;
  const ways: Word[] = [
    ...(byKey ? [{ key: 'ways.sshKey' } as const] : []),
    ...(bySshPassword ? [{ key: 'ways.sshPassword' } as const] : []),
    ...(byPassword
      ? [
          domain === 'dom0'
            ? ({ key: 'ways.console' } as const)
            : ({ key: 'ways.xlConsole', values: { name: domain } } as const),
        ]
      : []),
    ...(byKey || bySshPassword ? [] : [{ key: 'ways.noSsh' } as const]),
    ...(byPassword ? [] : [{ key: 'ways.noConsole' } as const]),
    ...(root === 'itself' ? [] : [{ key: root === 'free' ? 'ways.rootFree' : 'ways.rootPassword' } as const]),
  ];
  return { key: 'summary.loginAs', values: { user, ways: { list: ways, by: 'semicolon' } } };
}
