/** `${mac}`, `${serial}`, `${uuid}`, `${product}` and `${hostname}` in a SOURCE. Pure. */
import { EXIT, failure } from '../errors.ts';
import type { MachineIdentity } from '../facts/machine-identity.ts';

const NAMES = ['mac', 'serial', 'uuid', 'product', 'hostname'] as const;
type Name = (typeof NAMES)[number];
const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Does the SOURCE name something of this machine? */
export function hasPlaceholders(source: string): boolean {
  return source.search(PLACEHOLDER) >= 0;
}

/**
 * The SOURCEs it stands for, in order: one for each NIC where it names the MAC. Throws `not-known` (exit 6) where this
 * machine does not know what is asked, `bad-source` (exit 2) for a name that there is none of.
 */
export function fillPlaceholders(source: string, identity: MachineIdentity): string[] {
  const names = new Set([...source.matchAll(PLACEHOLDER)].map(([, name]) => name as string));
  for (const name of names) {
    if (!isName(name))
      throw failure('bad-source.placeholder', EXIT.usage, {
        source,
        placeholder: `\${${name}}`,
        known: NAMES.map((known) => `\${${known}}`).join(', '),
      });
    if ((name === 'mac' ? (identity.macs[0] ?? null) : identity[name]) === null)
      throw failure('not-known', EXIT.source, { source, why: { key: `errors.not-known.why.${name}` } });
  }
  if (names.size === 0) return [source];
  const isUrl = /^(https?|file):\/\//i.test(source);
  const fill = (mac: string): string =>
    source.replace(PLACEHOLDER, (_, name: Name) => encoded(name === 'mac' ? mac : (identity[name] ?? ''), isUrl));
  return names.has('mac') ? identity.macs.map(fill) : [fill('')];
}

function isName(name: string): name is Name {
  return (NAMES as readonly string[]).includes(name);
}

/** A slash of a value must not make a folder; the colons of a MAC may stay as they are. */
function encoded(value: string, isUrl: boolean): string {
  return isUrl
    ? encodeURIComponent(value).replaceAll('%3A', ':').replaceAll("'", '%27')
    : value.replaceAll('/', '%2F').replaceAll('\0', '');
}
