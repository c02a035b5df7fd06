import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveFatId, deriveMac, deriveUuid } from '../../src/plan/identity.ts';
import { find, imageFacts, planOf } from './host.ts';

describe('derived identities', () => {
  it('are the same every time for the same seed, domain and purpose', () => {
    expect(deriveUuid('aa', 'web1', 'root')).toBe(deriveUuid('aa', 'web1', 'root'));
    expect(deriveMac('aa', 'web1', 0)).toBe(deriveMac('aa', 'web1', 0));
  });
  it('do not run into each other where names are joined', () => {
    expect(deriveUuid('aa', 'web', '1root')).not.toBe(deriveUuid('aa', 'web1', 'root'));
    expect(deriveUuid('aa', 'web1')).not.toBe(deriveUuid('aaweb1'));
  });
  it('have the forms that tools accept', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(200), (seed, domain, index) => {
        expect(deriveUuid(seed, domain, index)).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        expect(deriveMac(seed, domain, index)).toMatch(/^00:16:3e:[0-7][0-9a-f](:[0-9a-f]{2}){2}$/);
        expect(deriveFatId(seed, domain)).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
      }),
    );
  });
  it('step aside, always to the same place, when a MAC is taken', () => {
    const first = deriveMac('aa', 'web1', 0);
    const second = deriveMac('aa', 'web1', 0, new Set([first]));
    expect(second).not.toBe(first);
    expect(deriveMac('aa', 'web1', 0, new Set([first]))).toBe(second);
  });
});

describe('two hosts of one profile', () => {
  it('share no MAC, no UUID and no partition id', () => {
    const identities = (seed: string): Set<string> => {
      const plan = planOf([], imageFacts(65_536, seed));
      return new Set(
        JSON.stringify(plan).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}/g),
      );
    };
    const one = identities('01');
    const two = identities('02');
    expect(one.size).toBeGreaterThan(15);
    expect([...one].filter((identity) => two.has(identity))).toEqual([]);
  });
});

describe('a DomU', () => {
  it("keeps its MAC and its disks' UUIDs when others come, go or move", () => {
    const identity = (changes: readonly string[]): unknown[] => {
      const plan = planOf(changes);
      return [
        plan.bridges[0]?.ports.find(({ domu }) => domu === 'db1'),
        find(plan, 'base.write', 'db1/root/write').params.uuid,
      ];
    };
    const alone = identity(['domus=[{ name: db1, disks: { swap: 0 } }]']);
    expect(alone[1]).toMatch(/^[0-9a-f-]{36}$/);
    expect(identity(['domus=[{ name: new1 }, { name: new2 }, { name: db1, disks: { swap: 0 } }]'])).toEqual(alone);
  });
});

describe('two siblings on one host', () => {
  it('share no MAC and no UUID', () => {
    const plan = planOf();
    const of = (domain: string): Set<string> =>
      new Set(
        JSON.stringify(
          plan.actions.filter((action) => action.domain === domain && !action.id.endsWith('/record')),
        ).match(/(?<![/-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}/g),
      );
    const shared = [...of('web1')].filter((identity) => of('db1').has(identity));
    expect(of('web1').size).toBeGreaterThan(2);
    expect(shared).toEqual([]);
  });
});
