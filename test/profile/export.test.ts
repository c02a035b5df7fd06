import { parse, parseDocument } from 'yaml';
import { describe, expect, test } from 'vitest';
import { exportProfile, hasSecrets } from '../../src/profile/export.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { redactProfile } from '../../src/profile/redact.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { fullText, minimalText, profileOf } from './fixtures.ts';

describe('an exported profile', () => {
  test.each([
    ['minimal', minimalText],
    ['full', fullText],
  ])('reads back as the same effective profile (%s)', (_, text) => {
    const profile = loadProfile(text, 'p.yaml', [], {
      macs: ['52:54:00:12:34:56'],
      serial: null,
      uuid: null,
      product: null,
      hostname: null,
    }).profile as EffectiveProfile;
    expect(loadProfile(exportProfile(profile), 'p.yaml').profile).toEqual(profile);
  });

  test("has the release written out, and inherit where a DomU has the host's settings", () => {
    const written = parse(exportProfile(profileOf(minimalText))) as {
      host: { release: string };
      domus: { release: string; admin: unknown; source: unknown }[];
    };
    expect(written.host.release).toBe('trixie');
    expect(written.domus[0]).toMatchObject({ release: 'trixie', admin: 'inherit', source: 'inherit' });
  });
});

describe('a redacted profile', () => {
  const SECRET = `# who\nhost:\n  admin: { passwordHash: &h "$6$canary", sshKeys: &k [canary], password: canary }\n  more: { passwordHash: *h, sshKeys: *k }\n  other: { password: "env:ROOT_PASSWORD", passphrase: [canary] }\n`;
  test.each([
    ['with aliases', SECRET],
    [
      'without',
      SECRET.replaceAll(/&[hk] /g, '')
        .replace('*h', 'canary')
        .replace('*k', '[canary]'),
    ],
  ])('has no hash, no key and no mistaken password (%s)', (_, text) => {
    const clean = redactProfile(parseDocument(text));
    expect(clean).not.toContain('canary');
    expect(clean).toContain('env:ROOT_PASSWORD');
  });

  test('has nobody in an address', () => {
    expect(redactProfile(parseDocument('host: { proxy: "http://u:canary@canary@proxy:3128" }\n'))).toContain(
      'http://REDACTED@proxy:3128',
    );
  });

  test('keeps its comments', () => {
    const tokens = redactProfile(
      parseDocument(
        [
          'report: { webhook: { url: "https://chat.example/x/canary-path?a=canary-query" } }',
          'host: { source: { extra: [{ uri: "https://e.example/?token=canary-token", key: /etc/own.asc }] } }',
          'domus: [{ name: web1, options: { vncpasswd: 12345678 } }]  # http://me:canary-comment@srv/',
        ].join('\n'),
      ),
    );
    expect(tokens).not.toMatch(/canary|12345678/);
    expect(tokens).toMatch(/https:\/\/chat\.example\/REDACTED[^]*token=REDACTED[^]*key: \/etc\/own\.asc/);
    expect(redactProfile(parseDocument(minimalText))).toContain('# The least that describes a host');
  });
});

test.each([
  ['host:\n  admin:\n    passwordHash: $6$salt$x\n', true],
  ['    passwordHash: "$y$j9T$x"\n', true],
  ['    secret: correct horse\n', true],
  ['    passwordHash: null\n', false],
  ['    secret: null\n', false],
  ['    secret: env:TOKEN\n    password: prompt:\n', false],
  ['', false],
  ['    mirror: https://u:p@m.example/debian\n', true],
  ['    proxy: http://proxy:3128\n    admin: a@b\n', false],
])('%j has secrets: %s', (text, has) => {
  expect(hasSecrets(text)).toBe(has);
});
