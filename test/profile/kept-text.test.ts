/** The profile that a host keeps, changed in place: it says what is meant, and what people wrote in it stays. */
import { expect, test } from 'vitest';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { exportProfile } from '../../src/profile/export.ts';
import { fragmentOf, withDomus, withFields, withoutDomu } from '../../src/profile/kept-text.ts';
import { keptProfile } from '../../src/profile/kept.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { profileOf } from '../plan/host.ts';

const read = (text: string): EffectiveProfile => {
  const { profile, findings } = loadProfile(text, 'profile.yaml');
  if (profile === null) throw new Error(JSON.stringify(findings));
  return profile;
};
const plain = (profile: EffectiveProfile): unknown => loadProfile(exportProfile(profile), 'x').profile;
const kept = profileOf();
const TEXT = keptProfile(kept)
  .replace('  hostname: xen1.example.org', '  # rack 4, left\n  hostname: xen1.example.org # ours')
  .replace('  - name: db1', '  # the old one\n  - name: db1');

test('nothing is laid out anew where nothing changes', () => {
  expect(withFields(TEXT, 'web1', []).text).toBe(TEXT);
});

test('a DomU that is added comes behind the others; comments stay', () => {
  const [web2] = profileOf(['domus=[{ name: web2, memory: 1G }]']).domus;
  const text = withDomus(TEXT, kept, web2 === undefined ? [] : [web2]);
  expect(text).toContain('# rack 4, left');
  expect(text).toContain('# the old one');
  expect(text.startsWith(TEXT.slice(0, TEXT.indexOf('domus:')))).toBe(true);
  expect(read(text).domus.map(({ name }) => name)).toEqual(['web1', 'db1', 'web2']);
  expect(read(text)).toEqual(plain({ ...kept, domus: [...kept.domus, ...(web2 === undefined ? [] : [web2])] }));
});

test('one is added where there are none, and the last is taken out', () => {
  const none = profileOf(['domus=[]']);
  const text = withDomus(keptProfile(none), none, kept.domus);
  expect(read(text)).toEqual(plain(kept));
  const without = withoutDomu(withoutDomu(text, kept, 'web1'), { ...kept, domus: kept.domus.slice(1) }, 'db1');
  expect(read(without)).toEqual(plain(none));
});

test('one that is removed is gone, and nothing else', () => {
  const text = withoutDomu(TEXT, kept, 'web1');
  expect(read(text).domus.map(({ name }) => name)).toEqual(['db1']);
  expect(text).toContain('# rack 4, left');
});

test('a field is changed in its place, or taken out', () => {
  const { text, findings } = withFields(TEXT, 'web1', [
    { path: ['memory'], value: '1G' },
    { path: ['disks', 'data', 0, 'size'], value: '2G' },
    { path: ['options'], value: null },
  ]);
  expect(findings).toEqual([]);
  expect(read(text).domus[0]).toMatchObject({ memoryMiB: 1024, options: {} });
  expect(read(text).domus[0]?.disks.data[0]?.size).toEqual({ kind: 'fixed', miB: 2048 });
  expect(text.split('\n').filter((line, index) => TEXT.split('\n')[index] !== line).length).toBeGreaterThan(0);
  expect(text).toContain('# the old one');
});

test('what cannot be set is told, all of it', () => {
  const { findings } = withFields(TEXT, 'web1', [
    { path: ['memory', 'x'], value: '1' },
    { path: ['vcpus'], value: '[' },
  ]);
  expect(findings.map(({ code }) => code)).toEqual(['bad-set', 'bad-set']);
});

test('anchors that lead elsewhere are written out rather than lost', () => {
  const shared = `version: 1\nhost: { hostname: xen1, storage: { disks: [{ largest: true }] } }\ndomus:\n  - { name: a, disks: &d { root: { size: 2G } } }\n  - { name: b, disks: *d }\n`;
  const text = withoutDomu(shared, read(shared), 'a');
  expect(read(text).domus).toMatchObject([{ name: 'b', disks: { root: { size: { kind: 'fixed', miB: 2048 } } } }]);
});

test('a DomU alone is a text that domu add takes', () => {
  const text = fragmentOf(kept, 'web1') ?? '';
  expect(text).toMatch(/^version: 1\ndomus:\n {2}- name: web1\n/);
  expect(fragmentOf(kept, 'nobody')).toBeNull();
});
