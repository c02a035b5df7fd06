/** Texts and documentation in plain English: turns of phrase that a system administrator would stumble over. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { leaves, textsOf } from './support.ts';

/** What is not written, and what is written instead. */
const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\banew\b/i, 'again, re-'],
  [/\b(?:can(?:not| always)?|to) be had\b/i, 'be fetched, be available'],
  [/\bhas not the\b/i, 'does not have the'],
  [/\bas (?:it|they) stands?\b/i, 'unchanged'],
  [/\bis left to (?:you|a person|somebody)\b/i, 'you choose'],
  [/\b(?:what|that|who) (?:is|was|are|were) (?:not )?there\b/i, 'existing, missing'],
  [/\bis not there\b/i, 'is missing, does not exist'],
  [/\bby (?:itself|themselves)\b/i, 'automatically'],
  [/\bdoes not have it\b/i, 'lacks it'],
  [/\bwants\b|\bare wanted\b/i, 'needs'],
  [/\bsums?\b/, 'checksum'],
  [/\bsticks?\b/i, 'USB drive'],
  [/\b(?:special|wide|its|the|every|whose) signs?\b(?! (?:the|of a|it)\b)/i, 'characters'],
  [/(?<!non-)\bblanks\b/i, 'spaces'],
  [/\b(?:and|or) (?:its|their) like\b/i, 'and similar'],
  [/\b(?:one|lines?|things?|s) a (?:line|file|machine|field|GiB)\b/i, 'per'],
  [/\bfor ever\b/i, 'forever, endlessly'],
  [/\bin (?:the )?place of\b/i, 'instead of'],
  [/\btakes? (?:the|its) profile along\b|\bcomes? along\b/i, 'save'],
  [/\bof before\b/i, 'old, earlier'],
  [/\bput right\b/i, 'correct'],
  [/\b(?:this|that|the) very\b/i, 'this same'],
  [/\bbegun\b/i, 'started'],
  [/\bone (?:types|logs in|says)\b/i, 'you type'],
  [/\blooked into\b/i, 'read'],
  [/\bhow many-th\b/i, 'the number of'],
  [/\b(?:somebody|nobody) (?:named|watches|knows|trusted)\b/i, 'explicitly, unattended, unknown'],
  [/\bgoes on by\b|\bgoes on at\b/i, 'continues'],
  [/\b1 (?:disks|files|actions|lines|entries|findings|errors|keys)\b/, 'a singular'],
  [/\bonce more\b/i, 'again'],
  [/\bwithout a word\b/i, 'unexpectedly'],
  [/\bto its end\b(?! of)/i, 'completely'],
];

const DOCS = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')].toSorted();

/** Every banned phrase, with where it is. Lines of a page may break anywhere; values and code are no English. */
function found(where: string, words: string): string[] {
  const flat = words.replaceAll(/```[^]*?```|`[^`]*`|\{\{\w+\}\}/g, '…').replaceAll(/\s+/g, ' ');
  return BANNED.flatMap(([phrase, instead]) => {
    const at = flat.search(phrase);
    return at === -1 ? [] : [`${where}: "${flat.slice(Math.max(0, at - 30), at + 30)}" (${instead})`];
  });
}

test('the texts of the program', () => {
  expect([...leaves(textsOf('en'))].flatMap(([key, words]) => found(key, words))).toEqual([]);
});

test.each(DOCS)('%s', (file) => {
  expect(found(file, readFileSync(file, 'utf8'))).toEqual([]);
});

test('a phrase is found across the lines of a page', () => {
  expect(found('page', 'makes it\nanew, by\n  itself')).toHaveLength(2);
});
