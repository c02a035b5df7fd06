/** Who can log in to each domain, where and how. */
import { describe, expect, test } from 'vitest';
import { inEnglish } from '../../src/i18n/english.ts';
import { loginsOf } from '../../src/profile/ways-in.ts';
import { loginWords } from '../../src/report/login-words.ts';
import { minimalText, profileOf } from './fixtures.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example';
const words = (sets: readonly string[], domain = 'dom0'): string =>
  inEnglish(loginWords(domain, loginsOf(profileOf(minimalText, sets))[domain] ?? null));
const admin = (text: string): string => `host.admin=${text}`;

describe('in words', () => {
  test.each([
    ['{}', 'nobody can log in'],
    [`{ sshKeys: [${KEY}] }`, 'as root: by SSH with a key; not at the console'],
    ['{ password: "env:A" }', 'as root: at the console with the password; not by SSH'],
    [`{ password: "env:A", sshKeys: [${KEY}] }`, 'as root: by SSH with a key; at the console with the password'],
    [
      '{ user: ops, password: "env:A" }',
      'as ops: by SSH with the password; at the console with the password; root by sudo with the password',
    ],
    [
      `{ user: ops, password: "env:A", sshKeys: [${KEY}] }`,
      'as ops: by SSH with a key; at the console with the password; root by sudo with the password',
    ],
    [
      `{ user: ops, sshKeys: [${KEY}] }`,
      'as ops: by SSH with a key; not at the console; root by sudo without a password',
    ],
  ])('%s', (given, expected) => {
    expect(words([admin(given)])).toBe(expected);
  });

  test("a DomU's console is in Dom0", () => {
    expect(words([admin('{ password: "env:A" }')], 'web1')).toBe(
      'as root: with the password by `xl console web1` in Dom0; not by SSH',
    );
  });
  test('without an address there is no SSH', () => {
    const none = ['domus.web1.network=[]'];
    expect(words([admin(`{ sshKeys: [${KEY}] }`), ...none], 'web1')).toBe('nobody can log in');
    expect(words([admin('{ user: ops, password: "env:A" }'), ...none], 'web1')).toContain('not by SSH');
    expect(words([admin(`{ sshKeys: [${KEY}] }`), 'host.network={ bridges: [{ addresses: [] }] }'])).toBe(
      'nobody can log in',
    );
  });
});

test('a DomU that is installed by hand is not spoken of', () => {
  expect(
    Object.keys(
      loginsOf({ ...profileOf(minimalText), domus: [{ ...profileOf(minimalText).domus[0]!, distribution: 'none' }] }),
    ),
  ).toEqual(['dom0']);
});
