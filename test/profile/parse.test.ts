/** Host, DomUs and the rest are read and completed each by itself: only what has changed is done again. */
import { expect, test } from 'vitest';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { parseInParts, parseProfile } from '../../src/profile/parse.ts';
import { resolveProfile } from '../../src/profile/resolve.ts';

const host = { hostname: 'xen1', storage: { disks: [{ largest: true }] } };
const [web, db] = [{ name: 'web' }, { name: 'db', source: { components: ['main'] } }];
const profileOf = (plain: unknown): EffectiveProfile => {
  const parsed = parseInParts(plain);
  if ('findings' in parsed) throw new Error(JSON.stringify(parsed.findings));
  return resolveProfile(parsed.accepted);
};
const before = profileOf({ version: 1, host, domus: [web, db] });

test('another time zone leaves the host and its DomUs as they are', () => {
  const after = profileOf({ version: 1, host, domus: [web, db], timezone: 'Europe/Berlin' });
  expect(after.timezone).toBe('Europe/Berlin');
  expect(after.host).toBe(before.host);
  expect(after.domus[0]).toBe(before.domus[0]);
});

test('a changed DomU leaves the host and the other DomUs as they are', () => {
  const after = profileOf({ version: 1, host, domus: [web, { ...db, memory: '1G' }] });
  expect(after.domus[1]?.memoryMiB).toBe(1024);
  expect([after.host, after.domus[0]]).toEqual([before.host, before.domus[0]]);
  expect(after.host).toBe(before.host);
  expect(after.domus[0]).toBe(before.domus[0]);
});

test('what a DomU has of its host changes with the host', () => {
  const after = profileOf({ version: 1, host: { ...host, release: 'bookworm' }, domus: [web, db] });
  expect(after.domus.map(({ release }) => release)).toEqual(['bookworm', 'bookworm']);
});

test.each([
  ['sound', { version: 1, host, domus: [web, db] }],
  ['without DomUs', { version: 1, host }],
  ['with DomUs that are no list', { version: 1, host, domus: 'x' }],
  ['without a host', { version: 1, domus: [web] }],
  ['with something wrong everywhere', { version: 2, host: { hostname: 5 }, domus: [{}, { name: 'a', typ: 1 }], x: 1 }],
  ['that is none', []],
])('a profile %s is the same by parts as whole', (_, plain) => {
  const sorted = (parsed: ReturnType<typeof parseProfile>): unknown =>
    'findings' in parsed ? parsed.findings.map((finding) => JSON.stringify(finding)).toSorted() : parsed;
  expect(sorted(parseInParts(plain))).toEqual(sorted(parseProfile(plain)));
});
