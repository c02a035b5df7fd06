import { expect, test } from 'vitest';
import { sessionTranslator } from '../../src/install/session-translator.ts';

const WAITING = { key: 'session.waiting', values: { attempt: 2, seconds: ' 7' } } as const;

test('each console is told in the language that it can show, and the others in English', async () => {
  const translator = sessionTranslator();
  const before = translator.said(WAITING);
  await translator.speak('fr');
  expect(['ascii', 'cp437', 'unicode'].map((characters) => translator.said(WAITING)(characters as 'ascii'))).toEqual([
    'attempt 2 in  7 s; any key: the wizard',
    expect.stringMatching(/^essai 2 dans {2}7 s/),
    expect.stringMatching(/^essai 2/),
  ]);
  expect(before('unicode')).toMatch(/^attempt/);
  await translator.speak('ja');
  expect(
    ['ascii', 'cp437', 'unicode'].map((characters) => translator.said({ key: 'session.again' })(characters as 'ascii')),
  ).toEqual(['Trying again.', 'Trying again.', 'もう一度行います。']);
});

test('words of the machine and of people are the same everywhere', async () => {
  const translator = sessionTranslator();
  await translator.speak('de');
  expect(translator.said('| grub-install: 5 – x')('ascii')).toBe('| grub-install: 5 – x');
});
