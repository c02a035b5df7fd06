import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/facts/facts.ts';
import { buildSources, installedSources } from '../../../src/plan/distributions/debian-sources.ts';
import { imageFacts, profileOf } from '../host.ts';

const MIRRORS: Facts['aptSources']['mirrors'] = [
  { uri: 'http://security.example/debian-security', suites: ['bookworm-security'], components: ['main'] },
  { uri: 'http://mirror.example/debian', suites: ['bookworm', 'bookworm-updates'], components: ['main'] },
];
const factsWith = (mirrors: Facts['aptSources']['mirrors']): Facts => ({ ...imageFacts(), aptSources: { mirrors } });
const sourceOf = (...changes: string[]) => profileOf(changes).host.source;

describe('where packages come from', () => {
  it("is this machine's own mirror with the wanted release, its updates and its security archive", () => {
    expect(buildSources(sourceOf(), 'trixie', factsWith(MIRRORS)).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://mirror.example/debian trixie',
      'http://mirror.example/debian trixie-updates',
      'http://security.example/debian-security trixie-security',
    ]);
  });
  it('is the main archive alone for forky', () => {
    expect(buildSources(sourceOf(), 'forky', factsWith(MIRRORS)).map(({ suite }) => suite)).toEqual(['forky']);
  });
  it('is a stated mirror alone, since it may be all that is reachable', () => {
    expect(
      buildSources(sourceOf('host.source.mirror=http://own.example/debian'), 'trixie', factsWith(MIRRORS)).map(
        ({ uri, suite }) => `${uri} ${suite}`,
      ),
    ).toEqual(['http://own.example/debian trixie']);
  });
  it('has the security archive that the profile states, and none when it says none', () => {
    const suites = (value: string): string[] =>
      buildSources(
        sourceOf('host.source.mirror=http://own.example/debian', `host.source.securityMirror=${value}`),
        'trixie',
        factsWith(MIRRORS),
      ).map(({ uri }) => uri);
    expect(suites('http://sec.example/s')).toEqual(['http://own.example/debian', 'http://sec.example/s']);
    expect(
      buildSources(sourceOf('host.source.securityMirror=none'), 'trixie', factsWith(MIRRORS)).some(({ suite }) =>
        suite.endsWith('-security'),
      ),
    ).toBe(false);
  });
  it("is the tool's default where no mirror is known", () => {
    expect(buildSources(sourceOf(), 'trixie', factsWith([]))).toEqual([
      { uri: '', suite: 'trixie', components: ['main', 'non-free-firmware'], keyring: null },
    ]);
    expect(installedSources(sourceOf(), 'trixie', factsWith([]))).toBe('');
  });
  it('is refused when there are further archives but no main one', () => {
    const extra = 'host.source.extra=[{ uri: http://extra.example/e, suite: x, components: [main] }]';
    expect(() => buildSources(sourceOf(extra), 'trixie', factsWith([]))).toThrow(
      expect.objectContaining({ code: 'mirror-unknown', exit: 4 }),
    );
    expect(buildSources(sourceOf(extra), 'trixie', factsWith(MIRRORS)).at(-1)).toMatchObject({
      uri: 'http://extra.example/e',
      suite: 'x',
    });
  });
});

describe('keys', () => {
  const changes = [
    'host.source.keyring=/etc/apt/keyrings/own.gpg',
    'host.source.extra=[{ uri: "http://a.example/", suite: x, components: [main], key: /etc/apt/keyrings/a.gpg }, { uri: "http://b.example/", suite: y, components: [main] }]',
  ];
  it('of a private mirror are good beside those of Debian, those of further archives alone', () => {
    expect(
      buildSources(sourceOf(...changes), 'trixie', factsWith(MIRRORS)).map(({ uri, keyring }) => [uri, keyring]),
    ).toEqual([
      ['http://mirror.example/debian', '/usr/share/keyrings/debian-archive-keyring.gpg,/etc/apt/keyrings/own.gpg'],
      ['http://mirror.example/debian', '/usr/share/keyrings/debian-archive-keyring.gpg,/etc/apt/keyrings/own.gpg'],
      [
        'http://security.example/debian-security',
        '/usr/share/keyrings/debian-archive-keyring.gpg,/etc/apt/keyrings/own.gpg',
      ],
      ['http://a.example/', '/etc/apt/keyrings/a.gpg'],
      ['http://b.example/', null],
    ]);
  });
  it('stand in the stanzas of the installed tree', () => {
    const text = installedSources(sourceOf(...changes), 'trixie', factsWith(MIRRORS));
    expect(text).toContain(
      'URIs: http://mirror.example/debian\nSuites: trixie\nComponents: main non-free-firmware\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg,/etc/apt/keyrings/own.gpg\n',
    );
    expect(text).toContain(
      'URIs: http://a.example/\nSuites: x\nComponents: main\nSigned-By: /etc/apt/keyrings/a.gpg\n',
    );
  });
});

describe('the sources of an installed tree', () => {
  it('are deb822 stanzas, each with its key', () => {
    const stanzas = installedSources(sourceOf(), 'trixie', factsWith(MIRRORS))
      .replaceAll(/^#.*\n/gm, '')
      .split('\n\n');
    expect(stanzas).toHaveLength(3);
    for (const stanza of stanzas)
      expect(stanza.trim()).toMatch(
        /^Types: deb\nURIs: \S+\nSuites: \S+\nComponents: main non-free-firmware\nSigned-By: \/usr\/share\/keyrings\/debian-archive-keyring.gpg$/,
      );
  });
  it('say so when no security archive is known', () => {
    expect(
      installedSources(sourceOf('host.source.mirror=http://own.example/debian'), 'trixie', factsWith(MIRRORS)),
    ).toContain('# No security mirror of trixie is known');
    expect(installedSources(sourceOf(), 'trixie', factsWith(MIRRORS))).not.toContain('# No security');
  });
});
