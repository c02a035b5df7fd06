/** Where a backup goes: a path, or `ssh://[user@]host[:port]/path`. Pure. */
import { EXIT, failure } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';

export type Destination =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'ssh';
      /** `user@host`, as ssh(1) takes it: it never looks like an option. */
      readonly login: string;
      readonly port: number | null;
      readonly path: string;
    };

const SSH =
  /^ssh:\/\/(?:([A-Za-z0-9_][A-Za-z0-9_.-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?(\/[^\p{Cc}]+)$/u;

/** Throws `usage.destination` (exit 2). */
export function parseDestination(text: string): Destination {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'file', path: text };
  const [, user, host, port, path] = SSH.exec(text) ?? [];
  if (host === undefined || path === undefined || path.endsWith('/') || Number(port ?? 22) > 65_535)
    throw failure('usage.destination', EXIT.usage, { given: cleanLine(text, 300) });
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return {
    kind: 'ssh',
    login: user === undefined ? bare : `${user}@${bare}`,
    port: port === undefined ? null : Number(port),
    path,
  };
}
