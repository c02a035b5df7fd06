import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { inEnglish } from '../../src/i18n/english.ts';
import { sshKeyProblem } from '../../src/check/ssh-key.ts';
import { formatPath } from '../../src/profile/findings.ts';
import { minimalText, profileOf } from '../profile/fixtures.ts';
import { codesWith, findingsWith } from './cases.ts';

/** Made for these tests; the private halves were thrown away. */
const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBwSCQr6Cti8EAYF7ECcL4fXOC5VxxHIIjUZgmABNHJz test';
const RSA_2048 =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCJ3lmTUF+HBvJ3strBfsW9U9bUs5nb4Rt37ccEI+HzeC+McGAT13f2U/VDcT6Uo+QI48lA15YYQPYugCl+EPjuLDN8idx5+Zl/QcJlUopWV1H6n2RhbIWnmBPp/ubjlYt7BG53W+RXVe6h2YYnNg4jGalgU1mdLy7CU91rp0Fjs8wvPQe8CYr+cvJ26wkpsMs0aT2ZROn/tlZ82KKbIJnuD0rcYwDhZWjgIK8oF4OzMB8KJ/ItcFVDp76gBZUGRpxRuRmqfreNRO1GIFNH9O53MKgUqFILasgSpva2pX+rE4BumG9jhR/2asnagtX2nQd0bq6Nq6P+dM1eSyklSjLZ test';
const RSA_1024 =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDNRNQi8hm0ARq1Jcq1ypIaZedWWAIKn4PWRb3Gad6uPShHrmw1nhv5kZsURdfQAM30bq4RPONjILJp7ti/Ol2OzajyQh9gbHwCG/pWmV6XhuQ5nTg0jTzrEi+DoepGl7XhM5XcZZjNYEdKYMUm/OPh+U6lwIBG7HtmkEZajpW8ow== test';
const ECDSA_256 =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBH25CwEjLMX7dV5Et/6keD355REpP+O5R5GNdvLm/9yZpuWDNQY1RqinAY/V8hfOJOaWv/Bf60JwxdJ4yK/vLeY= test';
const ECDSA_521 =
  'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABZOzUVPywDF4nrFjmmpXMeNqpvfYCvFbnsHGwUnSNAa8EaWsk+fmh50SJVZq9ugPN4j2Y0dAnS3t4NhYbWgrnDFACyvr0R4gEfu/7yzQNgCtyL0tDeZteIMFfSeUhP2FN2mBoCdf/77xJ2LqldpAZvbMEYc+R9Ct9pvTnN08ihUPUFOw== test';
const blob = ED25519.split(' ')[1] as string;

describe('SSH keys', () => {
  test.each([
    ['ed25519', ED25519],
    ['RSA of 2048 bits', RSA_2048],
    ['ECDSA, P-256', ECDSA_256],
    ['ECDSA, P-521', ECDSA_521],
    ['one with options', `from="192.0.2.0/24",no-pty ${ED25519}`],
    ['one without a comment', `ssh-ed25519 ${blob}`],
    ['one that ends its line', `${ED25519}\n`],
  ])('%s is a key', (_, line) => {
    expect(sshKeyProblem(line)).toBeNull();
  });

  test.each([
    ['nothing', '', /is none of/],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNza', /private key/],
    ['two keys in one', `${ED25519}\n${ECDSA_256}`, /one key per line/],
    ['a cut one', ED25519.slice(0, 60), /cut off/],
    ['one without its blob', 'ssh-ed25519', /nothing follows/],
    ['one of another type inside', `ssh-rsa ${blob}`, /contains something else/],
    ['an ECDSA one of another curve', ECDSA_256.replace('nistp256', 'nistp384'), /contains something else/],
    ['what is not base64', 'ssh-ed25519 AAAA*', /not base64/],
    [
      'one with something too much',
      `ssh-ed25519 ${Buffer.concat([Buffer.from(blob, 'base64'), Buffer.from('x')]).toString('base64')}`,
      /too long/,
    ],
    ['a short RSA key', RSA_1024, /1024 bits is too weak/],
    ['a DSA key', 'ssh-dss AAAAB3NzaC1kc3MAAACBAP', /DSA/],
  ])('%s is none', (_, line, why) => {
    expect(inEnglish(sshKeyProblem(line) ?? '')).toMatch(why);
  });

  test('what was given is not repeated: it may be secret', () => {
    const [finding] = findingsWith(['host.admin.sshKeys=["-----BEGIN OPENSSH PRIVATE KEY----- canary"]']);
    expect(finding).toMatchObject({ code: 'bad-ssh-key', path: ['host', 'admin', 'sshKeys', 0] });
    expect(JSON.stringify(finding)).not.toContain('canary');
  });
});

describe('logging in', () => {
  const codesOf = (sets: string[]): string[] =>
    checkProfile(profileOf(minimalText, sets), null).map(
      ({ severity, code, path }) => `${severity} ${code} ${formatPath(path)}`,
    );

  test('keys without a password: a warning about the console, once for all who inherit', () => {
    expect(codesOf([])).toEqual(['warning no-console-login host.admin']);
  });
  test('neither: a warning that nobody can log in at all', () => {
    expect(codesOf(['host.admin.sshKeys=[]'])).toEqual(['warning no-login host.admin']);
  });
  test('a DomU with an admin of its own is asked by itself', () => {
    expect(codesOf(['domus.web1.admin={}'])).toEqual([
      'warning no-console-login host.admin',
      'warning no-login domus[0].admin',
    ]);
  });
  test('passwordHash and password exclude each other', () => {
    expect(codesWith(['host.admin.passwordHash=$6$aa$' + 'a'.repeat(86)])).toEqual([
      'two-passwords host.admin.password',
    ]);
  });
  test('a user of the system cannot be the administrator', () => {
    expect(codesWith(['host.admin.user=www-data'])).toEqual(['system-user host.admin.user']);
  });

  test.each([
    ['operator', 'base-passwd'],
    ['sshd', 'openssh-server'],
    ['_apt', 'base-passwd'],
    ['messagebus', 'dbus'],
    ['systemd-network', 'systemd'],
    ['systemd-resolve', 'systemd-resolved'],
    ['kvm', 'udev'],
    ['nogroup', 'base-passwd'],
    ['xen-pygrub', 'xenwright'],
  ])('%s is a user or group already, of %s', (user, origin) => {
    for (const release of ['bookworm', 'trixie', 'forky'])
      expect(findingsWith([`host.admin.user=${user}`, `host.release=${release}`])).toMatchObject([
        {
          code: 'system-user',
          path: ['host', 'admin', 'user'],
          message: `${release} itself has a user or group ${user} (package ${origin})`,
        },
      ]);
  });
  test("a DomU's release may have names that the host's has not", () => {
    const sets = ['host.admin.user=clock', 'host.release=bookworm'];
    expect(codesWith(sets)).toEqual([]);
    expect(codesWith([...sets, 'domus.web1.release=trixie'])).toEqual(['system-user domus[0].admin']);
    expect(
      codesWith([...sets, 'domus.web1.admin={user: clock, password: "env:A"}', 'domus.web1.release=trixie']),
    ).toEqual(['system-user domus[0].admin.user']);
    expect(codesWith(['host.admin.user=clock', 'host.release=trixie'])).toEqual(['system-user host.admin.user']);
  });
  test('a DomU without a system of ours has no names', () => {
    expect(codesWith(['host.admin.user=xen-pygrub'])).toHaveLength(1);
    expect(codesWith(['domus.web1.admin={user: xen-pygrub, password: "env:A"}'])).toEqual([]);
  });
  test('root may be written out', () => {
    expect(codesWith(['host.admin.user=root'])).toEqual([]);
  });

  test.each([
    [
      'SHA-512',
      '$6$N8f9rFVyK7GHo41w$Pc8vZzBumu2paygI46A.7jASZ2lY/YlIFfx4c6vS95QUyQrSs4UxrU7j2BBzMByE0QMaGrZj1mLHGNPqvwRZE0',
    ],
    ['SHA-256', '$5$BCkAUMzO9X1neaSF$2ftSuGQ8QR6oGfOkXLC62CUbfe8jQf/sTw20E.sykg9'],
    ['bcrypt', '$2b$12$Z4rj5IzwgIqnVSoOqcwQte6ddfSolOSal7E7hTqUTq8SD2hJr118a'],
    ['yescrypt', '$y$j9T$abcdefghijklmnop$xxI14acrF4kcY59GsyqJ1DqdhVdc9N0f1.omTKnq.61'],
  ])('a %s hash is one', (_, hash) => {
    expect(codesOf([`host.admin.passwordHash="${hash}"`])).toEqual([]);
  });
  test.each(['canary', '$6$canary', '!canary', '$1$abcdefgh$canarycanarycanarycan', '$y$j9T$canary'])(
    '%s is none, and is not repeated',
    (text) => {
      const findings = checkProfile(profileOf(minimalText, [`host.admin.passwordHash="${text}"`]), null);
      expect(findings.map(({ code }) => code)).toEqual(['bad-password-hash']);
      expect(JSON.stringify(findings)).not.toContain('canary');
    },
  );
});

test('keys alone let nobody in where there is no address', () => {
  const codesOf = (sets: readonly string[]): string[] => codesWith(['host.admin.password=null', ...sets]);
  expect(codesOf(['domus.web1.network=[]'])).toEqual([
    'warning no-console-login host.admin',
    'warning no-login domus[0]',
  ]);
  expect(codesOf(['host.network={ bridges: [{ addresses: [] }] }'])).toContain('warning no-login host.admin');
  expect(codesWith(['domus.web1.network=[]'])).toEqual([]);
});
