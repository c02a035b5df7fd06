/**
 * A profile without what lets in: password hashes, keys, who is named in an address, what hidden files say, and what
 * stands where only a reference to a secret may. Comments stay. Pure.
 */
import { Document, isAlias, isMap, isPair, isScalar, visit, type Pair, type YAMLMap } from 'yaml';
import { isSecretField, withoutSecrets } from '../secret-looks.ts';
import { isHidden } from './hidden-file.ts';
import { SECRET_REFERENCE } from './schema-parts.ts';

const MASK = 'REDACTED';

/** The text of the document with the values of secret fields taken out. Works on a copy. */
export function redactProfile(document: Document): string {
  // An alias may stand for a secret, or for an anchor that goes away here: aliases are written out, at the cost of the
  // comments.
  const copy = hasAliases(document)
    ? new Document(document.toJS({ maxAliasCount: 10_000 }), { aliasDuplicateObjects: false })
    : document.clone();
  visit(copy, {
    Map(_key, map) {
      if (isHiddenFile(map)) map.set('content', MASK);
    },
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string') scalar.value = withoutSecrets(scalar.value, MASK);
    },
    Pair(_key, pair) {
      if (!isPair(pair) || !isScalar(pair.key)) return;
      const name = String(pair.key.value);
      if (name === 'sshKeys') pair.value = copy.createNode([]);
      else if (name === 'webhook') hideAddress(pair);
      else if (isSecretField(name) && !isHarmless(pair)) pair.value = copy.createNode(MASK);
    },
  });
  // Comments have no fields; what looks like a secret in them does.
  return withoutSecrets(copy.toString({ lineWidth: 0 }), MASK);
}

/** Whoever knows where reports go may send some: of that address only the server is told. */
function hideAddress({ value }: Pair): void {
  if (!isMap(value)) return;
  const url: unknown = value.get('url');
  if (typeof url === 'string')
    value.set('url', url.replace(/^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^/?#@]*)[/?#]+[^]+$/i, `$1$2/${MASK}`));
}

/** A file that is not for others, with its text in the profile. */
export function isHiddenFile(map: YAMLMap): boolean {
  const mode: unknown = map.get('mode');
  return (
    map.has('path') &&
    map.has('content') &&
    (typeof mode === 'string' || typeof mode === 'number') &&
    isHidden({ mode: String(mode) })
  );
}

/** Nothing, or a word for where the secret is. */
function isHarmless(pair: Pair): boolean {
  if (!isScalar(pair.value)) return pair.value === null;
  const { value } = pair.value;
  return (
    value === null ||
    (typeof value === 'string' &&
      String((pair.key as { value: unknown }).value) !== 'passwordHash' &&
      SECRET_REFERENCE.test(value))
  );
}

function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias(_key, node) {
      found ||= isAlias(node);
    },
  });
  return found;
}
