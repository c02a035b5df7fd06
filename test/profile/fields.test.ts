/** A field is written down once: what it is, its default and its codec. The rest follows. */
import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import * as z from 'zod';
import { exportProfile } from '../../src/profile/export.ts';
import { coded, field, fields, inUnit, optional, orNull, part, written } from '../../src/profile/fields.ts';
import { withFieldLists } from '../../src/profile/field-reference.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { profileJsonSchema } from '../../src/profile/schema.ts';
import type { SchemaNode } from './schema-fields.ts';

// Sections with one field more than they have: nothing else in the program knows of it.
vi.mock('../../src/profile/fields.ts', async (original) => {
  const real = await original<typeof import('../../src/profile/fields.ts')>();
  const words = await import('zod');
  const wait = real.inUnit(
    'Ms',
    real.coded(words.string(), {
      decode: (text) => Number(text.replace('s', '')) * 1000,
      encode: (ms: number) => `${ms / 1000}s`,
    }),
  );
  return {
    ...real,
    fields: (shape: z.ZodRawShape, meta?: Parameters<typeof real.fields>[1]) =>
      real.fields(
        ['Storage', 'Admin', 'Domu'].includes(meta?.id ?? '')
          ? { ...shape, patience: real.field(wait, 'How long something waits.', '2s') }
          : shape,
        meta,
      ),
  };
});

const HOST = 'hostname: xen1, storage: { disks: [{}]';
const given = `version: 1\nhost: { ${HOST}, patience: 5s }, admin: { patience: 6s } }\ndomus: [{ name: a, patience: 7s }]\n`;
const silent = `version: 1\nhost: { ${HOST} } }\ndomus: [{ name: a }]\n`;
const patienceOf = (text: string): unknown => {
  const { profile, findings } = loadProfile(text, 'p.yaml');
  expect(findings).toEqual([]);
  const at = (node: unknown): unknown => (node as { patienceMs?: number } | undefined)?.patienceMs;
  return [at(profile?.host.storage), at(profile?.host.admin), at(profile?.domus[0]), at(profile?.domus[0]?.admin)];
};

describe('a field that a section has got', () => {
  test('is in the schema, with its default as it is written', () => {
    const { $defs } = profileJsonSchema() as SchemaNode;
    for (const section of ['Storage', 'Admin', 'Domu'])
      expect($defs?.[section]?.properties?.['patience'], section).toEqual({
        type: 'string',
        description: 'How long something waits.',
        default: '2s',
      });
  });

  test('is in the documentation', () => {
    expect(withFieldLists(readFileSync('docs/profile.md', 'utf8'), profileJsonSchema())).toContain(
      '- **`patience`** (text, default `2s`): How long something waits.',
    );
  });

  test('is in the effective profile, by its default too, and in what a DomU has of its host', () => {
    expect(patienceOf(given)).toEqual([5000, 6000, 7000, 6000]);
    expect(patienceOf(silent)).toEqual([2000, 2000, 2000, 2000]);
  });

  test('is in the written form, and read back from it', () => {
    for (const [text, times] of [
      [given, ['6s', '5s', '7s']],
      [silent, ['2s', '2s', '2s']],
    ] as const) {
      const { profile } = loadProfile(text, 'p.yaml');
      const exported = profile === null ? '' : exportProfile(profile);
      expect(exported.match(/(?<=patience: )\S+/g)?.toSorted()).toEqual(times.toSorted());
      expect(loadProfile(exported, 'p.yaml').profile).toEqual(profile);
    }
  });

  test('is what a slip of the pen is told', () => {
    const [finding] = loadProfile(given.replace('patience', 'patiense'), 'p.yaml').findings;
    expect(finding).toMatchObject({ code: 'unknown-key', path: ['host', 'storage', 'patiense'] });
    expect(finding?.hint).toContain('patience');
  });
});

describe('fields', () => {
  const size = inUnit('MiB', coded(z.string(), { decode: Number, encode: (miB: number) => String(miB) }));
  const map = fields({
    name: z.string(),
    memory: field(size, 'Its memory.', '512'),
    most: orNull(size, 'The most it may have. Default: what there is.'),
    label: optional(z.string(), 'Its label.'),
    inner: part(fields({ on: field(z.boolean(), 'Is it on?', true) }), 'More of it.'),
  });
  interface Expected {
    name: string;
    memoryMiB: number;
    mostMiB: number | null;
    label?: string;
    inner: { on: boolean };
  }

  test.each<[object, Expected, object]>([
    [
      { name: 'a' },
      { name: 'a', memoryMiB: 512, mostMiB: null, inner: { on: true } },
      { name: 'a', memory: '512', inner: { on: true } },
    ],
    [
      { name: 'a', memory: '1', most: '2', label: 'x', inner: { on: false } },
      { name: 'a', memoryMiB: 1, mostMiB: 2, label: 'x', inner: { on: false } },
      { name: 'a', memory: '1', most: '2', label: 'x', inner: { on: false } },
    ],
  ])('%j is read, and written again', (plain, expected, again) => {
    const parsed = map.parse(plain);
    expectTypeOf(parsed).toEqualTypeOf<Expected>();
    expect(parsed).toStrictEqual(expected);
    expect(written(map, parsed)).toStrictEqual(again);
  });

  test('are all that a map may have', () => {
    expect(map.safeParse({ name: 'a', memoryMiB: 1 }).error?.issues).toMatchObject([{ keys: ['memoryMiB'] }]);
    expect(map.safeParse({}).error?.issues).toMatchObject([{ path: ['name'] }]);
  });
});
