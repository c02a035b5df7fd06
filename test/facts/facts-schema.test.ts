/** Facts that are read back: all that were ever written are taken, and nothing that would fail later. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { XenwrightError } from '../../src/errors.ts';
import { factsIn } from '../../src/facts/facts-schema.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { imageFacts, machineFacts, profileOf } from '../plan/host.ts';

const machines = readdirSync(new URL('../machines', import.meta.url)).filter((name) => name.endsWith('.json'));

it.each(machines)('those of %s are facts', (name) => {
  const text = readFileSync(new URL(`../machines/${name}`, import.meta.url), 'utf8');
  expect(factsIn(text)).toEqual({ facts: JSON.parse(text) as unknown });
});

it('those of an image are, and what a later version adds stays', () => {
  const facts = { ...imageFacts(), new: { thing: 1 } };
  expect(factsIn(JSON.stringify(facts))).toEqual({ facts });
});

it('whatever is changed in them is refused with its field, or leads to findings and plans, never to a fault', () => {
  const whole = JSON.stringify(machineFacts('sata-ssd-and-hdd'));
  const profile = profileOf();
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    places.push(path);
    if (value !== null && typeof value === 'object')
      for (const [key, one] of Object.entries(value)) walk(one, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(JSON.parse(whole), []);
  const wrong = [undefined, null, 0, -1, 1.5, '', 'x', true, [], {}, [null], [{}]];
  fc.assert(
    fc.property(
      fc.constantFrom(...places.filter(({ length }) => length > 0)),
      fc.constantFrom(...wrong),
      (path, value) => {
        const facts = JSON.parse(whole) as Record<string | number, unknown>;
        let here = facts;
        for (const part of path.slice(0, -1)) here = here[part] as typeof facts;
        here[path.at(-1) as string] = value;
        const read = factsIn(JSON.stringify(facts));
        if (!('facts' in read)) return;
        try {
          checkProfile(profile, read.facts);
          buildPlan(profile, read.facts);
        } catch (error) {
          expect(error).toBeInstanceOf(XenwrightError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
