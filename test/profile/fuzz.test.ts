/** Whatever is fed in: findings or success, never a throw. 10,000 mutated profiles and random bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { XenwrightError } from '../../src/errors.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { exportProfile } from '../../src/profile/export.ts';
import { formatFinding, locateFindings } from '../../src/profile/findings.ts';
import { loadProfile, type LoadedProfile } from '../../src/profile/load.ts';
import { redactProfile } from '../../src/profile/redact.ts';
import { mutatedText, mutatedTree, numbersFrom } from './mutations.ts';

const facts = imageMachine({
  disks: [{ sizeMiB: 4_000_000 }],
  memoryMiB: 65536,
  seed: '00',
  aptSources: { mirrors: [] },
});

/** The whole way that a profile goes before anything is changed. Returns how far it came. */
function goThrough(text: string): 'unreadable' | 'refused' | 'planned' {
  return goOn(loadProfile(text, 'p.yaml'));
}

function goOn(loaded: LoadedProfile): 'unreadable' | 'refused' | 'planned' {
  const { profile } = loaded;
  // With rules: what it is for the first of them.
  if (loaded.variants[0] !== undefined) return goOn(loaded.variants[0]);
  if (profile === null) {
    if (loaded.findings.length === 0) throw new Error('neither a profile nor a finding');
    loaded.findings.forEach(checkPlace);
    if (loaded.rest !== null)
      locateFindings(
        [...checkProfile(loaded.rest.profile, null), ...checkProfile(loaded.rest.profile, facts)],
        loaded,
      ).forEach(checkPlace);
    return 'unreadable';
  }
  const findings = [
    ...loaded.findings,
    ...locateFindings([...checkProfile(profile, null), ...checkProfile(profile, facts)], loaded),
  ];
  findings.forEach(checkPlace);
  redactProfile(loaded.document);
  const again = loadProfile(exportProfile(profile), 'p.yaml').profile;
  expect(again).toEqual(profile);
  if (findings.some(({ severity }) => severity === 'error')) return 'refused';
  try {
    buildPlan(profile, facts);
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    throw new Error(`the plan refuses what no finding told: ${error.message}`, { cause: error });
  }
  return 'planned';
}

function checkPlace(finding: Parameters<typeof formatFinding>[0]): void {
  if (!/^p\.yaml:[1-9]\d*:[1-9]\d* /.test(formatFinding(finding)))
    throw new Error(`no place: ${formatFinding(finding)}`);
}

describe('mutated profiles', () => {
  // Fixed on purpose, so that nobody's change fails by chance. To look for more: XENWRIGHT_SEED=7 npm run test:unit --
  // test/profile/fuzz
  test.each([
    ['tree', mutatedTree, 6000, 1],
    ['text', mutatedText, 4000, 2],
  ] as const)(
    'changes of the %s',
    (_, mutate, numRuns, seed) => {
      const reached: Record<string, number> = { unreadable: 0, refused: 0, planned: 0 };
      fc.assert(
        fc.property(fc.nat(), (number) => {
          const how = goThrough(mutate(numbersFrom(number)));
          reached[how] = (reached[how] ?? 0) + 1;
        }),
        { numRuns, seed: seed + 100 * Number(process.env['XENWRIGHT_SEED'] ?? 0) },
      );
      // A fuzz test that only meets the parser tests nothing else.
      for (const [how, count] of Object.entries(reached)) expect(count, how).toBeGreaterThan(numRuns / 100);
    },
    180_000,
  );
});

test('random bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      goThrough(new TextDecoder().decode(bytes));
    }),
    { numRuns: 1000, seed: 3 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      goThrough(text);
      goThrough(`version: 1\nhost: ${text}`);
    }),
    { numRuns: 500, seed: 4 },
  );
}, 20_000);

test('random values of --set', () => {
  const path = fc
    .array(
      fc.constantFrom('host', 'domus', 'web1', '0', '[0]', '[7]', 'storage', 'disks', 'admin', '', '__proto__', 'x'),
      { maxLength: 5 },
    )
    .map((parts) => parts.join('.'));
  fc.assert(
    fc.property(path, fc.string({ maxLength: 20 }), (where, value) => {
      loadProfile('version: 1\nhost: { hostname: a, storage: { disks: [{}] } }\ndomus: [{ name: web1 }]\n', 'p.yaml', [
        `${where}=${value}`,
        where,
        value,
      ]);
    }),
    { numRuns: 1000, seed: 5 },
  );
});
