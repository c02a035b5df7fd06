import { expect, test } from 'vitest';
import { everyFinding } from '../../src/install/prepare.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { minimalText } from '../profile/fixtures.ts';
import { codesWith, findingsWith } from './cases.ts';

const extra = (...uris: string[]): string =>
  `host.source.extra=[${uris.map((uri) => `{ uri: "${uri}", suite: s, components: [main] }`).join(', ')}]`;
const ofDomu = (mirror: string): string => `domus.web1.source={ mirror: "${mirror}", securityMirror: none }`;

test.each([
  [
    'names and passwords that apt can be told',
    [
      'host.proxy=http://u:p@proxy:3128',
      extra('https://u:p@m.example/a', 'https://x:y@m.example/b', 'https://u:p@m.example/a'),
    ],
    [],
  ],
  ['a blank in one', [extra('https://u:c4n4ry%20x@m.example/a')], ['address-login.unfit host.source.extra[0].uri']],
  ['a proxy with an unreadable one', ['host.proxy=http://u:c4n4ry%zz@proxy:3128'], ['address-login.unfit host.proxy']],
  [
    'one where there are none',
    [extra('file://u:c4n4ry@h/srv')],
    ['bad-url host.source.extra[0].uri', 'address-login.unfit host.source.extra[0].uri'],
  ],
  [
    'two for one address',
    [extra('https://u:p@m.example/a', 'https://u:c4n4ry@m.example/a/')],
    ['address-login.clash host.source.extra[1].uri'],
  ],
  [
    'one in the address of a medium',
    ['host.source.medium=https://u:c4n4ry@m.example/x.iso'],
    ['address-login.medium host.source.medium'],
  ],
  ['of a DomU of its own', [ofDomu('https://u:c4n4ry%20@m.example/a')], ['address-login.unfit domus[0].source.mirror']],
  ['no address at all', [extra('https://u:c4n4/ry@m.example/a')], ['bad-url host.source.extra[0].uri']],
] as const)('%s', (_, sets, expected) => {
  const known = new Set(codesWith([]));
  const found = findingsWith([...sets]);
  expect(codesWith([...sets]).filter((code) => !known.has(code) && !code.startsWith('warning'))).toEqual(
    expected.map((one) => one.replace(/^(address-login)\.\w+/, '$1')),
  );
  expect(JSON.stringify(found)).not.toContain('c4n4ry');
  expect(JSON.stringify(found)).not.toContain('c4n4/ry');
});

test.each([
  'host.source.mirror=ftp://u:c4n4ry@m.example/a',
  'host.source.mirror=https://u:c4n4ry/x@m.example/a',
  'host.proxy=u:c4n4ry@proxy',
  'host.source.medium=ftp://u:c4n4ry@h/x',
])('what is refused for its form is not repeated: %s', (set) => {
  const loaded = loadProfile(minimalText, 'p.yaml', [set]);
  const found = everyFinding(loaded, null);
  expect(found).not.toEqual([]);
  expect(JSON.stringify(found)).not.toContain('c4n4ry');
});
