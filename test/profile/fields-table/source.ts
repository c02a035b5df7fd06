/** `host.source`: mirrors, repositories, keys and media. */
import { yesOrNo, type FieldRows } from './row.ts';

const repository = (fields: string): string => `host.source.extra=[{ ${fields} }]`;
const SOURCES = 'xenwright.sources';

export const sourceRows: FieldRows = {
  'Source.mirror': {
    put: 'host.source.mirror=@',
    wrong: [
      ['deb.debian.org', 'invalid-format'],
      ['ftp://ftp.debian.org/debian', 'invalid-format'],
      ['/srv/mirror', 'invalid-format'],
    ],
    right: [
      ['http://deb.debian.org/debian', SOURCES, 'URIs: http://deb.debian.org/debian\n'],
      ['https://deb.debian.org/debian/', SOURCES, 'URIs: https://deb.debian.org/debian/\n'],
      ['http://192.0.2.7:3142/debian', SOURCES, 'URIs: http://192.0.2.7:3142/debian\n'],
      ['http://[2001:db8::1]/debian', SOURCES, 'URIs: http://[2001:db8::1]/debian\n'],
      ['file:///srv/mirror', SOURCES, 'URIs: file:///srv/mirror\n'],
    ],
  },
  'Source.securityMirror': {
    put: 'host.source.securityMirror=@',
    wrong: [
      ['security.debian.org', 'invalid-format'],
      ['no', 'invalid-format'],
      ['null', 'invalid-value'],
    ],
    right: [
      ['http://security.debian.org/debian-security', SOURCES, 'Suites: trixie-security'],
      ['https://security.debian.org/', SOURCES, 'URIs: https://security.debian.org/\n'],
      ['none', SOURCES, 'Suites: trixie\n'],
    ],
  },
  'Source.components': {
    put: 'host.source.components=[@]',
    wrong: [
      ['contrib', 'no-main'],
      ['main contrib', 'bad-component'],
      ['Main', 'no-main'],
      ['"main,contrib"', 'bad-component'],
      ['', 'too-small'],
      ['main, nonfree', 'warning unknown-component'],
    ],
    right: [
      ['main', SOURCES, 'Components: main\n'],
      ['main, contrib, non-free-firmware', SOURCES, 'Components: main contrib non-free-firmware\n'],
      ['main, main', SOURCES, 'Components: main\n'],
    ],
  },
  'Source.extra.uri': {
    put: repository('uri: @, suite: stable, components: [main]'),
    wrong: [
      ['packages.example.org/debian', 'bad-url'],
      ['https://packages.example.org/a b', 'bad-url'],
      ['ppa:user/name', 'bad-url'],
      ['deb https://packages.example.org/debian', 'bad-url'],
      ['"https://"', 'bad-url'],
      ['"https://[a]/"', 'bad-url'],
      ['https://x:99999/', 'bad-url'],
    ],
    right: [
      ['https://packages.example.org/debian', SOURCES, 'URIs: https://packages.example.org/debian\n'],
      ['http://192.0.2.7:8080/', SOURCES, 'URIs: http://192.0.2.7:8080/\n'],
      ['file:/srv/repository', SOURCES, 'URIs: file:/srv/repository\n'],
      ['https://example.org/~me/debian', SOURCES, 'URIs: https://example.org/~me/debian\n'],
    ],
  },
  'Source.extra.suite': {
    put: repository('uri: "https://packages.example.org/debian", suite: @, components: [main]'),
    wrong: [
      ['stable main', 'bad-suite'],
      ['"$(lsb_release -cs)"', 'bad-suite'],
      ['../stable', 'bad-suite'],
      ['stable/', 'bad-suite'],
      ['/', 'bad-suite'],
      ['./', 'bad-suite'],
      ['12', 'invalid-type'],
    ],
    right: [
      ['stable', SOURCES, 'Suites: stable\n'],
      ['trixie-pgdg', SOURCES, 'Suites: trixie-pgdg\n'],
      ['trixie/updates', SOURCES, 'Suites: trixie/updates\n'],
      ['"12"', SOURCES, 'Suites: 12\n'],
    ],
  },
  'Source.extra.components': {
    put: repository('uri: "https://packages.example.org/debian", suite: stable, components: [@]'),
    wrong: [
      ['', 'too-small'],
      ['main contrib', 'bad-component'],
      ['"main,"', 'bad-component'],
      ['7', 'invalid-type'],
    ],
    right: [
      ['main', SOURCES, 'Components: main\n'],
      ['"17"', SOURCES, 'Components: 17\n'],
      ['nginx/a, Main', SOURCES, 'Components: nginx/a Main\n'],
    ],
  },
  'Source.extra.key': {
    put: repository('uri: "https://packages.example.org/debian", suite: stable, components: [main], key: @'),
    wrong: [
      ['key.asc', 'not-supported-yet'],
      ['/tmp/key.asc', 'bad-path'],
      ['"/etc/apt/keyrings/a b.asc"', 'bad-path'],
      ['https://example.org/key.asc', 'not-supported-yet'],
      ['/etc/apt/../../tmp/key.asc', 'bad-path'],
      ['/etc/apt/keyrings/', 'bad-path'],
      ['/var/run/key.asc', 'bad-path'],
      ['/etc/a.asc }, { uri: "https://packages.example.org/debian/", suite: stable, components: [b]', 'key-clash'],
    ],
    right: [
      ['/etc/apt/keyrings/example.asc', SOURCES, 'Signed-By: /etc/apt/keyrings/example.asc\n'],
      ['/usr/share/keyrings/example+1.gpg', SOURCES, 'Signed-By: /usr/share/keyrings/example+1.gpg\n'],
      ['/root/key', SOURCES, 'Signed-By: /root/key\n'],
    ],
  },
  'Source.keyring': {
    put: 'host.source.keyring=@',
    wrong: [
      ['key.gpg', 'bad-path'],
      ['"/etc/a.gpg,/etc/b.gpg"', 'bad-path'],
      ['/tmp/key.gpg', 'bad-path'],
      ['/etc/apt/keyrings/', 'bad-path'],
    ],
    right: [
      ['/etc/apt/keyrings/own.gpg', SOURCES, '/etc/apt/keyrings/own.gpg'],
      ['/usr/local/share/own.asc', SOURCES, '/usr/local/share/own.asc'],
      ['/srv/key', SOURCES, '/srv/key'],
    ],
  },
  'Source.medium': {
    put: 'host.source.medium=@',
    wrong: [
      ['debian.iso', 'bad-medium'],
      ['ftp://example.org/debian.iso', 'bad-medium'],
      ['"/srv/debian.iso#sha256=12"', 'bad-medium-sum'],
      ['https://example.org', 'bad-medium'],
    ],
    right: [],
    few: 'it is read before there is a plan: test/plan/medium.test.ts has what becomes of one',
  },
  'Source.copyMedium': {
    ...yesOrNo('host.source.copyMedium=@', [
      ['true', SOURCES, 'deb.debian.org'],
      ['false', SOURCES, 'deb.debian.org'],
    ]),
  },
  'Source.serveMedium': {
    put: 'host.source.serveMedium=@',
    wrong: [
      ['yes', 'invalid-type'],
      ['"true"', 'invalid-type'],
      ['true', 'serve-medium'],
    ],
    right: [['false', SOURCES, 'deb.debian.org']],
    few: 'true needs a medium, which is read before there is a plan',
  },
};
