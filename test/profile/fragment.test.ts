/** One DomU of a kept profile, taken out and put back. */
import { expect, test } from 'vitest';
import { fragmentOf, withFragment } from '../../src/profile/fragment.ts';

/** Longer than any line that YAML is broken at. */
const KEY = `ssh-ed25519 ${'A'.repeat(68)} somebody with a long comment@host.example.org`;
const KEPT = `# ours
version: 1
host:
  admin:
    sshKeys:
      - ${KEY}
  description: &words ${'a word and another one '.repeat(6).trim()}
domus:
  # the first
  - name: web1
    memory: 1G
  - name: db1
    memory: 2G
`;

test('what is put back changes that DomU, and no line of anything else as a host keeps it', () => {
  const fragment = fragmentOf(KEPT, 'web1') ?? '';
  expect(fragment).toBe('version: 1\ndomus:\n  - name: web1\n    memory: 1G\n');
  const changed = KEPT.replace('memory: 1G', 'memory: 3G');
  const lines = KEPT.split('\n');
  expect(
    withFragment(changed, 'web1', fragment)
      .split('\n')
      .filter((line) => !lines.includes(line)),
  ).toEqual([]);
  expect(withFragment(changed, 'web1', fragment)).toContain('memory: 1G');
});

test('where one of the two has no such DomU the profile stays as it is', () => {
  expect(fragmentOf(KEPT, 'nobody')).toBeNull();
  expect(withFragment(KEPT, 'nobody', 'version: 1\ndomus: []\n')).toBe(KEPT);
});
