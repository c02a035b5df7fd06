/** What checks remember between two keys never changes what they find. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { memoizeByKey } from '../src/memoize.ts';
import { parseInParts, parseProfile, type Parsed } from '../src/profile/parse.ts';
import { domusOf, setProfile, type Draft } from '../src/ui/answers/draft.ts';
import { completeProfile } from '../src/ui/answers/effective.ts';
import { checkDraft } from '../src/ui/answers/findings.ts';
import { environmentOf } from './ui/wizard/drive.ts';

/** Findings of the schema without their order. */
const inOrder = (parsed: Parsed): unknown =>
  'accepted' in parsed ? parsed : parsed.findings.map((finding) => JSON.stringify(finding)).toSorted();

test('an answer is worked out once, also when it is nothing', () => {
  const asked: string[] = [];
  const answer = memoizeByKey(
    (text: string) => {
      asked.push(text);
      return text === '' ? undefined : null;
    },
    (text) => text,
  );
  expect([answer('a'), answer('a'), answer(''), answer('')]).toEqual([null, null, undefined, undefined]);
  expect(asked).toEqual(['a', '']);
});

test('findings after many changes are those of a process that has seen none of them', { timeout: 60_000 }, async () => {
  const environment = environmentOf();
  const domus = Array.from({ length: 6 }, (_, index) => ({
    name: `domu${index}`,
    network: [{ addresses: [`10.0.0.${index + 2}/24`] }],
  }));
  const edit = fc.record({
    domu: fc.nat(5),
    what: fc.oneof(
      // What counts for all of them, and where each stands.
      fc
        .constantFrom('nat', 'routed', 'bridged')
        .map((mode) => ({ host: ['host', 'network', 'bridges', 0, 'mode'], value: mode })),
      fc
        .constantFrom('br0', 'xenbr0', 'a name that is far too long')
        .map((name) => ({ host: ['host', 'network', 'bridges', 0, 'name'], value: name })),
      fc
        .constantFrom('plain', 'lvm', 'none such')
        .map((layout) => ({ host: ['host', 'storage', 'layout'], value: layout })),
      fc.constant({ remove: true }),
      fc.constantFrom('xenbr0', 'br0').map((bridge) => ({ path: ['network', 0, 'bridge'], value: bridge })),
      fc.constantFrom('hvm', 'pv', 'xv').map((type) => ({ path: ['type'], value: type })),
      fc.constantFrom('10%', '100M', '4X').map((size) => ({ path: ['disks', 'root', 'size'], value: size })),
      fc
        .constantFrom('10.0.0.2/24', '10.0.0.3', '10.0.0.0/24', '010.0.0.1/8', 'fe80::1/64', 'dhcp4', 'x/y')
        .map((address) => ({ path: ['network', 0, 'addresses', 0], value: address })),
      fc.constantFrom('domu1', 'DomU1', 'dom0', 'a b', '').map((name) => ({ path: ['name'], value: name })),
      fc.constantFrom('64M', '1T', '?').map((memory) => ({ path: ['memory'], value: memory })),
      fc
        .constantFrom('10.0.0.1', '10.0.0.3', 'nowhere')
        .map((gateway) => ({ path: ['network', 0, 'gateways', 0], value: gateway })),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
      let draft: Draft = { target: { kind: 'disks' }, profile: { version: 1, host: { hostname: 'xen1' }, domus } };
      let warm: unknown = null;
      for (const { domu, what } of edits) {
        if ('host' in what) draft = setProfile(draft, what.host, what.value);
        else if ('remove' in what)
          draft = setProfile(draft, ['domus', Math.min(domu, domusOf(draft).length - 1)], undefined);
        else draft = setProfile(draft, ['domus', Math.min(domu, domusOf(draft).length - 1), ...what.path], what.value);
        warm = checkDraft(draft, environment).findings;
        const complete = completeProfile(draft, environment);
        expect(inOrder(parseInParts(complete))).toEqual(inOrder(parseProfile(complete)));
      }
      vi.resetModules();
      const fresh = await import('../src/ui/answers/findings.ts');
      expect(warm).toEqual(fresh.checkDraft(draft, environment).findings);
    }),
    { numRuns: 24 },
  );
});
