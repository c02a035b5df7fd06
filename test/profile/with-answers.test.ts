import { expect, test } from 'vitest';
import { locateFindings } from '../../src/profile/findings.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { withAnswers } from '../../src/profile/with-answers.ts';
import { minimalText } from './fixtures.ts';

const SHORT = 'version: 1\ninteractive: [identity]\nhost:\n  storage: { disks: [{ largest: true }] }\n';

test('a completed profile is that of the answers', () => {
  const loaded = withAnswers(loadProfile(SHORT, 'host.yaml'), minimalText);
  expect(loaded.profile?.host.hostname).toBe('xen1');
  expect(loaded.fileName).toBe('host.yaml');
});

test('what is found in it stands where the text of the person has it, never in lines that this text lacks', () => {
  const loaded = withAnswers(loadProfile(SHORT, 'host.yaml'), minimalText.replace('hostname: xen1', 'hostname: 7'));
  expect(loaded.findings).toMatchObject([{ path: ['host', 'hostname'], file: 'host.yaml', line: 3 }]);
  const later = locateFindings(
    [
      { path: ['host', 'storage', 'disks', 0], code: 'x', severity: 'error', message: '', exit: 4 } as never,
      { path: ['host', 'admin', 'user'], code: 'x', severity: 'error', message: '', exit: 4 } as never,
    ],
    loaded,
  );
  expect(later).toMatchObject([{ line: 4, column: 22 }, { line: 3 }]);
});
