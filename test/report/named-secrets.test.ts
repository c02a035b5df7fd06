import { expect, test } from 'vitest';
import { withoutNamedSecrets } from '../../src/report/named-secrets.ts';

test.each([
  ['password="a b c4n4ry" next', 'password="***" next'],
  ["token: 'c4n4ry', x", "token: '***', x"],
  ['a secret=c4n4ry; b', 'a secret=***; b'],
  ['cut off: password="c4n4ry and more\nnext', 'cut off: password="***\nnext'],
  ['"token":"a\\"c4n4ry","b":1', '"token":"***","b":1'],
  [
    JSON.stringify({ text: JSON.stringify({ token: 'a"c4n4ry', b: 1 }) }),
    '{"text":"{\\"token\\":\\"***\\",\\"b\\":1}"}',
  ],
  [
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ psk: 'c4n4ry' }) }) }),
    '{"a":"{\\"b\\":\\"{\\\\\\"psk\\\\\\":\\\\\\"***\\\\\\"}\\"}"}',
  ],
  [JSON.stringify({ text: 'he wrote password="', seq: 3 }), '{"text":"he wrote password=\\"","seq":3}'],
  ['tool --api-token c4n4ry --verbose', 'tool --api-token *** --verbose'],
  ['tool --token --verbose', 'tool --token --verbose'],
  ['Authorization: Bearer c4n4ry', 'Authorization: Bearer ***'],
  ['secret: env:WORD', 'secret: env:WORD'],
  ['libsecret-1-0 amd64', 'libsecret-1-0 amd64'],
  ['{"password":null}', '{"password":null}'],
  ['secrets: { a: 1 }', 'secrets: { a: 1 }'],
])('%j', (text, clean) => {
  expect(withoutNamedSecrets(text)).toBe(clean);
});

test.each([
  ['names alone', 'secret'],
  ['names with dots', 'a.b-secret_'],
  ['flags', '--secret-'],
  ['quotes that open', 'password="'],
  ['both kinds of quotes', 'password="token=\''],
  ['backslashes', 'token="\\\\\\'],
  ['JSON in JSON', '\\"password\\":\\"a'],
  ['blanks', `token${' '.repeat(500)}`],
  ['blanks and signs', `token${' '.repeat(500)}:${' '.repeat(500)}`],
  ['unclosed over a long way', `secret='${'x"'.repeat(3000)}`],
  ['lines', 'password="x\n'],
])('the work grows with the text and no faster: %s', (_what, piece) => {
  const workFor = (signs: number): number => {
    let work = 0;
    const text = piece.repeat(Math.ceil(signs / piece.length));
    withoutNamedSecrets(text, (looked) => {
      work += looked;
    });
    return work / text.length;
  };
  expect(workFor(20_000)).toBeLessThan(4);
  expect(workFor(400_000)).toBeLessThan(4);
});
