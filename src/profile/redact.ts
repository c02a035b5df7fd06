/** A profile without what identifies or lets in: password hashes, secret references and keys. Comments stay. Pure. */
import { isPair, isScalar, visit, type Document } from 'yaml';

const SECRET_KEYS = new Set(['passwordHash', 'password', 'passphrase', 'secret']);

/** The text of the document with the values of secret fields taken out. Works on a copy. */
export function redactProfile(document: Document): string {
  const copy = document.clone();
  visit(copy, {
    Pair(_key, pair) {
      if (!isPair(pair) || !isScalar(pair.key)) return;
      if (SECRET_KEYS.has(String(pair.key.value)) && isScalar(pair.value) && pair.value.value !== null) pair.value = copy.createNode('REDACTED');
      else if (String(pair.key.value) === 'sshKeys') pair.value = copy.createNode([]);
    },
  });
  return copy.toString();
}
