import { expect, test } from 'vitest';
import { sessionVoices } from '../../src/install/session-translator.ts';

const WAITING = { key: 'session.waiting', values: { attempt: 2, seconds: ' 7' } } as const;

test('each console is told in the language that it can show, and the others in English', async () => {
  const voices = sessionVoices();
  const before = voices.said(WAITING);
  await voices.speak('fr');
  expect(['ascii', 'cp437', 'unicode'].map((signs) => voices.said(WAITING)(signs as 'ascii'))).toEqual([
    'attempt 2 in  7 s; any key: the wizard',
    expect.stringMatching(/^essai 2 dans {2}7 s/),
    expect.stringMatching(/^essai 2/),
  ]);
  expect(before('unicode')).toMatch(/^attempt/);
  await voices.speak('ja');
  expect(['ascii', 'cp437', 'unicode'].map((signs) => voices.said({ key: 'session.again' })(signs as 'ascii'))).toEqual(
    ['Once more.', 'Once more.', 'もう一度行います。'],
  );
});

test('words of the machine and of people are the same everywhere', async () => {
  const voices = sessionVoices();
  await voices.speak('de');
  expect(voices.said('| grub-install: 5 – x')('ascii')).toBe('| grub-install: 5 – x');
});
