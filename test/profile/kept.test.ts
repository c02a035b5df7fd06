import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { keptProfile, keptSecrets } from '../../src/profile/kept.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { redactProfile } from '../../src/profile/redact.ts';
import { secretsIn } from '../../src/report/bundle.ts';
import { parseDocument } from 'yaml';
import { minimalText, profileOf } from './fixtures.ts';

const TEXT = `${minimalText}
report: { webhook: { url: "https://some:c4n4ry-user@reports.example.org/x?token=c4n4ry-token&a=b", secret: c4n4ry-signs } }
`;
const SETS = [
  'host.files=[{"path":"/etc/key","mode":"0600","content":"c4n4ry-host"},{"path":"/etc/motd","content":"hello"}]',
  'domus.0.files=[{"path":"/a/../b/key","mode":"0640","content":"c4n4ry-domu"}]',
];

test('what a host keeps has no secret in it, and reading it again asks for the very same ones', () => {
  const profile = profileOf(TEXT, SETS);
  const kept = keptProfile(profile);
  expect(kept).not.toContain('c4n4ry');
  expect(parse(kept)).toMatchObject({
    report: {
      webhook: {
        url: 'https://REDACTED@reports.example.org/x?token=REDACTED&a=b',
        secret: 'file:/etc/xenwright/secrets/report.webhook.secret',
      },
    },
    host: {
      files: [
        { path: '/etc/key', mode: '0600', source: '/etc/key' },
        { path: '/etc/motd', content: 'hello' },
      ],
    },
    domus: [
      { files: [{ path: '/a/../b/key', source: expect.stringMatching(/^\/etc\/xenwright\/secrets\/[^/]+-0-key$/) }] },
    ],
  });
  expect(loadProfile(kept, 'kept.yaml').findings).toEqual([]);
  const { name } = profile.domus[0] ?? { name: '' };
  expect(keptSecrets(profile)).toEqual([
    { path: '/etc/xenwright/secrets/report.webhook.secret', secret: 'report.webhook.secret' },
    { path: `/etc/xenwright/secrets/${name}-0-key`, secret: `domus.${name}.files:/a/../b/key` },
  ]);
});

test('references stay as they are, and nothing is kept apart without need', () => {
  const profile = profileOf(
    `${minimalText}\nreport: { webhook: { url: "https://reports.example.org/x", secret: "env:WORD" } }\n`,
  );
  expect(keptSecrets(profile)).toEqual([]);
  expect(parse(keptProfile(profile))).toMatchObject({
    report: { webhook: { url: 'https://reports.example.org/x', secret: 'env:WORD' } },
  });
});

test('neither a redacted profile nor a bundle has the text of a hidden file or who is named in an address', () => {
  const text = `${TEXT}host: { files: [{ path: /etc/key, mode: "0600", content: c4n4ry-host }] }\n`.replace(
    /^host:[^]*?(?=^report)/m,
    '',
  );
  expect(redactProfile(parseDocument(text))).not.toMatch(/c4n4ry-(host|user|signs)/);
  expect(secretsIn(text)).toContain('c4n4ry-host');
});
