import fc from 'fast-check';
import { expect, test } from 'vitest';
import { validOrder } from '../../src/engine/graph.ts';
import { runPlan } from '../../src/engine/run.ts';
import { toyAction, toyOptions, toyPlan, type ToyAction } from './toy.ts';

/** Random graphs without cycles: needs only point back; then shuffled. */
const graphs = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(30), { maxLength: 4 }),
      domain: fc.constantFrom('host', 'dom0', 'web1', 'web2'),
      disk: fc.nat(3),
      fails: fc.integer({ min: 0, max: 9 }),
    }),
    { maxLength: 30 },
  )
  .chain((nodes) => {
    const toys = nodes.map((node, index): ToyAction & { fails: boolean } => ({
      id: `a${index}`,
      domain: node.domain,
      uses: { disk: node.disk },
      fails: node.fails === 9,
      needs: index === 0 ? [] : [...new Set(node.needs.map((need) => `a${need % index}`))],
    }));
    return fc.shuffledSubarray(toys, { minLength: toys.length });
  });

test('every order is valid and whole', () => {
  fc.assert(
    fc.property(graphs, (toys) => {
      const order = validOrder(toys.map(toyAction)).map((action) => action.id);
      expect([...order].sort()).toEqual(toys.map((toy) => toy.id).sort());
      for (const toy of toys)
        for (const need of toy.needs ?? []) expect(order.indexOf(need)).toBeLessThan(order.indexOf(toy.id));
    }),
  );
});

test('cycles, unknown needs and double ids are faults of the plan', () => {
  expect(() => validOrder([toyAction({ id: 'a', needs: ['b'] }), toyAction({ id: 'b', needs: ['a'] })])).toThrow(
    'cycle',
  );
  expect(() => validOrder([toyAction({ id: 'a', needs: ['zz'] })])).toThrow('not in the plan');
  expect(() => validOrder([toyAction({ id: 'a' }), toyAction({ id: 'a' })])).toThrow('one id');
});

test('any graph with any failures ends: no action starts before its needs, budgets hold, every domain is reported once', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (toys) => {
      const failing = new Set(toys.filter((toy) => toy.fails).map((toy) => toy.id));
      const domains = new Map(toys.map((toy) => [toy.id, toy.domain ?? '']));
      const over = new Set<string>();
      let disk = 0;
      const options = toyOptions(
        toyPlan(toys),
        async (action) => {
          for (const need of action.needs) {
            if (over.has(need)) continue;
            expect(['host', 'dom0']).toContain(action.domain);
            expect(['host', 'dom0']).not.toContain(domains.get(need));
          }
          disk += action.uses.disk ?? 0;
          expect(disk <= 3 || disk === action.uses.disk).toBe(true);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          disk -= action.uses.disk ?? 0;
          if (failing.has(action.id)) throw new Error('told to fail');
          over.add(action.id);
        },
        { budgets: { cpu: 1, disk: 3, network: 1, jobs: 5 } },
      );
      const outcome = await runPlan(options);
      const errors = options.events.flatMap((event) =>
        event.type === 'action.finished' && event.result === 'failed' ? [event.error?.message ?? ''] : [],
      );
      expect(errors.filter((message) => !message.includes('told to fail'))).toEqual([]);
      const ends = options.events.filter((event) => event.type === 'action.finished').map((event) => event.id);
      expect(ends.sort()).toEqual(toys.map((toy) => toy.id).sort());
      expect(outcome.exit).toBe(over.size === toys.length ? 0 : 5);
      const reported = options.events.filter((event) => event.type === 'domain.finished').map((event) => event.domain);
      expect(reported.sort()).toEqual([...new Set(toys.map((toy) => toy.domain))].sort());
    }),
    { numRuns: 200 },
  );
});
