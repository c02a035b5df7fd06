/** Time zone, language and keyboard exist in every release that is installed, or the nearest name is said. */
import { describe, expect, test } from 'vitest';
import { findingsWith } from './cases.ts';

/** `code path: hint` */
const said = (...sets: string[]): string[] =>
  findingsWith(sets).map(({ code, path, hint }) => `${code} ${path.join('.')}: ${hint}`);

describe.each(['bookworm', 'trixie', 'forky'])('in %s', (release) => {
  test.each([
    'timezone=Asia/Calcutta',
    'timezone=US/Pacific',
    'timezone=UTC',
    'timezone=Etc/GMT-14',
    'language=C',
    'language=C.UTF-8',
    'language=POSIX',
    'language=de_DE.UTF-8',
    'language=en_DK.UTF-8',
    'language=de_DE@euro',
    'language=sr_RS@latin',
    'language=eo',
    'keyboard={layout: uk}',
    'keyboard={layout: de-latin1}',
    'keyboard={layout: german}',
    'keyboard={layout: de, variant: nodeadkeys}',
    'keyboard={layout: "us,ru", variant: ",phonetic"}',
    'keyboard={layout: cz-qwerty}',
    'keyboard={layout: us, variant: basic}',
    'keyboard={layout: hu101}',
    'keyboard={layout: tj_alt-UTF8}',
  ])('%s is right', (set) => {
    expect(said(`host.release=${release}`, set)).toEqual([]);
  });
});

test.each([
  ['timezone=Berlin', 'unknown-timezone timezone: did you mean Europe/Berlin?'],
  ['timezone=europe/berlin', 'unknown-timezone timezone: did you mean Europe/Berlin?'],
  ['timezone=Germany/Berlin', /did you mean Europe\/Berlin/],
  ['timezone=Europe/Berlim', /did you mean Europe\/Berlin/],
  ['timezone=localtime', 'unknown-timezone timezone: write it like Europe/Berlin'],
  ['timezone=posixrules', 'unknown-timezone timezone: write it like Europe/Berlin'],
  ['language=en_DE.UTF-8', 'bad-language language: did you mean en_DK.UTF-8, de_DE.UTF-8, en_AG.UTF-8?'],
  ['language=de', /did you mean de_DE.UTF-8/],
  ['language=de-DE.UTF-8', /did you mean de_DE.UTF-8/],
  ['language=en_UK.UTF-8', /did you mean en_GB\.UTF-8/],
  ['language=de_DE.ISO-8859-1', 'bad-language language: did you mean de_DE.UTF-8?'],
  ['language=POSIX.UTF-8', 'bad-language language: did you mean C.UTF-8?'],
  ['keyboard={layout: dee}', /bad-keyboard keyboard.layout: did you mean de/],
  ['keyboard={layout: de, variant: nodeadkey}', 'bad-keyboard keyboard.variant: did you mean nodeadkeys?'],
  ['keyboard={layout: us, variant: nodeadkeys}', /bad-keyboard keyboard.variant/],
  ['keyboard={layout: us, variant: ",intl"}', /bad-keyboard keyboard.variant: one variant per layout/],
  ['keyboard={layout: "us,xx"}', /bad-keyboard keyboard.layout/],
])('%s is not, and the way out is said', (set, expected) => {
  expect(said(set)).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
});

test("a DomU's release is asked as well as the host's", () => {
  const [finding, ...more] = findingsWith([
    'language=en_SE.UTF-8',
    'host.release=forky',
    'domus.web1.release=bookworm',
  ]);
  expect(finding).toMatchObject({ code: 'bad-language', message: 'bookworm has no locale en_SE.UTF-8' });
  expect(more).toEqual([]);
  expect(said('language=en_SE.UTF-8', 'host.release=forky')).toEqual([]);
  expect(
    said('keyboard={layout: us, variant: mac-iso}', 'host.release=forky', 'domus.web1.release=trixie'),
  ).toHaveLength(1);
});

test('what the files of the profile bring is there', () => {
  const both = (path: string): string[] => [
    `host.files=[{ path: ${path}, content: x }]`,
    `domus.web1.files=[{ path: ${path}, content: x }]`,
  ];
  expect(said('keyboard={layout: mine}', ...both('/usr/share/X11/xkb/symbols/mine'))).toEqual([]);
  expect(said('timezone=Mars/Base', ...both('/usr/share/zoneinfo/Mars/Base'))).toEqual([]);
  expect(said('language=en_DE.UTF-8', ...both('/usr/share/i18n/locales/en_DE'))).toEqual([]);
});
