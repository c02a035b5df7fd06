/** What checks remember between two keys never changes what they find. */
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { remembered } from '../../src/check/remembered.ts';
import { setProfile, type Draft } from '../../src/ui/wizard/draft.ts';
import { checkDraft } from '../../src/ui/wizard/findings.ts';
import { surroundingsOf } from '../ui/wizard/drive.ts';

test('an answer is worked out once, also when it is nothing', () => {
  const asked: string[] = [];
  const answer = remembered((text: string) => { asked.push(text); return text === '' ? undefined : null; }, (text) => text);
  expect([answer('a'), answer('a'), answer(''), answer('')]).toEqual([null, null, undefined, undefined]);
  expect(asked).toEqual(['a', '']);
});

test('findings after many changes are those of a process that has seen none of them', { timeout: 60_000 }, async () => {
  const surroundings = surroundingsOf();
  const domus = Array.from({ length: 6 }, (_, index) => ({ name: `domu${index}`, network: [{ addresses: [`10.0.0.${index + 2}/24`] }] }));
  const edit = fc.record({
    domu: fc.nat(5),
    what: fc.oneof(
      fc.constantFrom('10.0.0.2/24', '10.0.0.3', '10.0.0.0/24', '010.0.0.1/8', 'fe80::1/64', 'dhcp4', 'x/y').map((address) => ({ path: ['network', 0, 'addresses', 0], value: address })),
      fc.constantFrom('domu1', 'DomU1', 'dom0', 'a b', '').map((name) => ({ path: ['name'], value: name })),
      fc.constantFrom('64M', '1T', '?').map((memory) => ({ path: ['memory'], value: memory })),
      fc.constantFrom('10.0.0.1', '10.0.0.3', 'nowhere').map((gateway) => ({ path: ['network', 0, 'gateways', 0], value: gateway })),
    ),
  });
  await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
    let draft: Draft = { target: { kind: 'disks' }, profile: { version: 1, host: { hostname: 'xen1' }, domus } };
    let warm: unknown = null;
    for (const { domu, what } of edits) {
      draft = setProfile(draft, ['domus', domu, ...what.path], what.value);
      warm = checkDraft(draft, surroundings).findings;
    }
    vi.resetModules();
    const fresh = await import('../../src/ui/wizard/findings.ts');
    expect(warm).toEqual(fresh.checkDraft(draft, surroundings).findings);
  }), { numRuns: 8 });
});
