import { expect, test } from 'vitest';
import { bundledPlan, bundledProfile, bundleName, secretsIn } from '../../src/report/bundle.ts';
import { redactText } from '../../src/report/bundle-redact.ts';

const CANARY = 'c4n4ry-sings';
const BODY = Array.from({ length: 6 }, () => 'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW');

test.each([
  ['a known secret', `sent ${CANARY} there`],
  ['a known secret in JSON', JSON.stringify({ text: `x ${CANARY}` })],
  ['a password hash', 'root:$6$saltsalt$9fZ7yrLYKVi0p8vRc4n4ry-sings.:19000:0'],
  ['a yescrypt hash', '$y$j9T$c4n4ry$c4n4ryxxxxxxxxxxxxxxxxxx'],
  ['an address', `cannot fetch https://user:${CANARY}x@example.org/host.yaml`],
  ['an address in JSON', JSON.stringify({ url: `http://u:${CANARY}x@h/` })],
  ['a key and its value', `password=${CANARY}x`],
  ['YAML', `  passphrase: "${CANARY}x"`],
  ['JSON', JSON.stringify({ adminPassword: `${CANARY}x` })],
  ['JSON inside JSON', JSON.stringify({ text: JSON.stringify({ token: `${CANARY}x` }) })],
  ['an argument', `tool --api-token ${CANARY}x --verbose`],
  ['a header', `Authorization: Bearer ${CANARY}xxxx`],
  ['a query', `GET /x?access_token=${CANARY}x&y=1`],
  ['curl', `curl -H 'X-Auth-Token: ${CANARY}x' https://example.org`],
])('%s is taken out', (_what, text) => {
  const clean = redactText(text, [CANARY]);
  expect(clean).not.toMatch(/c4n4ry/);
  expect(clean).toContain('***');
  // Also where nobody knew it.
  if (!text.startsWith('sent') && !text.includes('"x c4n')) expect(redactText(text)).not.toMatch(/c4n4ry/);
});

test('a private key goes whole: as a block, as JSON, over many events, and cut at either end', () => {
  const key = [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...BODY,
    'QyNTUxOQAAACC4n4ry=',
    '-----END OPENSSH PRIVATE KEY-----',
  ];
  const event = (text: string, seq: number): string => JSON.stringify({ seq, type: 'action.output', text });
  const forms = [
    key.join('\n'),
    JSON.stringify({ content: key.join('\n') }),
    key.map(event).join('\n'),
    key.map((line) => `12:00:00 dom0/x | ${line}`).join('\n'),
    key.slice(0, -1).join('\n'),
    key.slice(1).join('\n'),
  ];
  for (const text of forms) expect(redactText(`before\n${text}\nafter\n`)).not.toMatch(/b3BlbnNz|QyNTUxOQ/);
  const stream = redactText(key.map(event).join('\n')).split('\n');
  expect(stream.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(key.map((_, index) => index));
});

test('what tells nothing to a thief stays', () => {
  const plain = [
    'dd if=/dev/zero of=x bs=4M',
    'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDBXA2h4hX0vZzpY3w (ED25519)',
    'secret: env:ROOT_PASSWORD',
    '{"password":null,"seq":3}',
    'plan 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d92c1b1c0ba2b3a5c1b1c0b',
    'http://mirror.example/debian trixie',
    'password: "prompt:"',
  ];
  expect(redactText(plain.join('\n'))).toBe(plain.join('\n'));
});

test('a profile keeps its shape and loses what lets in; a plan loses the texts of files', () => {
  const profile = `version: 1\nhost:\n  hostname: xen1\n  admin: { passwordHash: "$6$x$c4n4ry", sshKeys: ["ssh-ed25519 AAAA c4n4ry"] }\n  files: [{ path: /etc/key, content: "c4n4ry in a file" }]\nreport: { webhook: { url: "http://h.example", secret: c4n4ry-sings-loud } }\n`;
  expect(bundledProfile(profile)).toContain('hostname: xen1');
  expect(bundledProfile(profile)).not.toContain('c4n4ry');
  expect(secretsIn(profile)).toEqual(['$6$x$c4n4ry', 'c4n4ry-sings-loud']);
  expect(bundledProfile('a: [')).toContain('left out');
  expect(
    bundledPlan(
      JSON.stringify({
        actions: [
          {
            params: {
              files: [
                { path: '/a', content: 'c4n4ry' },
                { path: '/b', content: { secret: 'profile' } },
              ],
            },
          },
        ],
      }),
    ),
  ).toMatch(/left out: 6 characters[^]*"secret": "profile"/);
  expect(bundleName('xen1.example.org/../x', new Date(0))).toBe(
    'xenwright-xen1.example.org..x-19700101T000000Z.tar.gz',
  );
});

test.each([
  ['keys', (count: number) => Array.from({ length: count }, (_, index) => `key${index}: 1\n`).join('')],
  ['files', (count: number) => `host:\n  files:\n${'    - { path: /a, content: x }\n'.repeat(count)}`],
])('a profile of many %s takes a bundle no longer than so many more of them do', (_what, text) => {
  const timeMs = (count: number): number => {
    const whole = text(count);
    const beganMs = performance.now();
    secretsIn(whole);
    bundledProfile(whole);
    return performance.now() - beganMs;
  };
  timeMs(500);
  // Each compared with each would be a hundred times as long.
  expect(timeMs(10_000)).toBeLessThan(60 * Math.max(timeMs(1000), 5));
});

test('a profile that nests without end, or is longer than any, is left out', () => {
  for (const text of ['['.repeat(50_000), `a: ${'x'.repeat(5 * 1024 * 1024)}`, 'a: 1\na: 2\n']) {
    expect(secretsIn(text)).toEqual([]);
    expect(bundledProfile(text)).toMatch(/left out/);
  }
});

test('the secrets of a profile that is broken elsewhere are known all the same', () => {
  expect(secretsIn('admin:\n  password: hunter22hunter\nhost: [\n')).toContain('hunter22hunter');
});
