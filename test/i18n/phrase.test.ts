/** Texts that are said later, and English without i18next: both ways say the same. */
import { describe, expect, test } from 'vitest';
import { english, inEnglish } from '../../src/i18n/english.ts';
import type { TextKey } from '../../src/i18n/keys.ts';
import { listed, say, messageIn } from '../../src/i18n/phrase.ts';
import { translator } from '../../src/i18n/t.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { checkProfile } from '../../src/check/check.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { mutatedTree, numbersFrom } from '../profile/mutations.ts';

const t = translator('en');

test('what is put into a text may be a text, a list, or words with braces and HTML', () => {
  const phrase = {
    key: 'findings.duplicate-address.message',
    values: { other: { key: 'parts.theHost' }, address: '{{other}} $t(form.yes) <b>' },
  } as const;
  expect([inEnglish(phrase), say(phrase, t)]).toEqual(
    Array(2).fill('the host has the address {{other}} $t(form.yes) <b> too'),
  );
  expect(
    inEnglish({ key: 'parts.nic.card', values: { name: 'eth0', known: listed(['a', { key: 'parts.nic.carrier' }]) } }),
  ).toBe('eth0 (a, carrier)');
  expect(inEnglish({ key: 'parts.nic.card', values: { name: 'eth0', known: listed([], { key: 'parts.none' }) } })).toBe(
    'eth0 (none)',
  );
});

test('plurals go by the count', () => {
  expect([english('summary.keys', { count: 1 }), english('summary.keys', { count: 2 })]).toEqual([
    '1 SSH key',
    '2 SSH keys',
  ]);
  expect(english('no.such.key' as TextKey)).toBe('no.such.key');
});

describe('findings', () => {
  const facts = imageMachine({ disks: [{ sizeMiB: 4096 }], seed: '00', aptSources: { mirrors: [] } });
  const all = Array.from({ length: 300 }, (_, seed) => {
    const { profile, findings, rest } = loadProfile(mutatedTree(numbersFrom(seed)), 'p.yaml');
    const known = profile ?? rest?.profile ?? null;
    return [...findings, ...(known === null ? [] : checkProfile(known, facts))];
  }).flat();

  test('say in English what the screen says in English', () => {
    expect(all.length).toBeGreaterThan(500);
    for (const { message, hint, said } of all) {
      expect([say(said.message, t), hint === undefined ? undefined : say(said.hint ?? '', t)]).toEqual([message, hint]);
      expect(messageIn(english, said)).toBe(hint === undefined ? message : `${message} (${hint})`);
    }
  });

  test('have every value that their texts ask for', () => {
    // Mutated profiles contain no braces that look like these.
    expect(all.filter(({ message, hint }) => /\{\{\w+\}\}/.test(`${message}${hint ?? ''}`))).toEqual([]);
  });
});
