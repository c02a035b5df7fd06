/** The published schemas: every field described, defaults that are those of the program, examples that fit. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { notSupportedYet } from '../../src/profile/not-supported.ts';
import { resolveProfile } from '../../src/profile/resolve.ts';
import { domusJsonSchema, profileJsonSchema, profileSchema } from '../../src/profile/schema.ts';
import { fieldsOf, itemsOf, mapFor, type SchemaField, type SchemaNode } from './schema-fields.ts';
import { wholeText } from './whole.ts';

const root = profileJsonSchema() as SchemaNode;
const fields = fieldsOf(root);

test.each([
  ['profiles', profileJsonSchema()],
  ['files for domu add', domusJsonSchema()],
])('every field of %s is described, in sentences', (_, schema) => {
  const all = fieldsOf(schema);
  expect(all.length).toBeGreaterThan(70);
  expect(all.filter(({ node }) => !/^[A-Z`][^]*\.$/.test(node.description ?? '')).map(({ at }) => at)).toEqual([]);
});

test('whoever leaves a field out learns what it is then', () => {
  const told = ({ node }: SchemaField): boolean => 'default' in node || /Default: /.test(node.description ?? '');
  expect(fields.filter((field) => !field.isRequired && !told(field)).map(({ at }) => at)).toEqual([
    // Maps whose fields have defaults.
    ...['keyboard', 'install', 'report'],
    'hosts',
    // What is not asked for counts for nothing.
    ...['serial', 'wwn', 'model', 'path', 'minSize', 'maxSize', 'transport', 'rotational', 'largest', 'smallest'].map(
      (key) => `DiskSelector.${key}`,
    ),
    // One of the two is given.
    ...['File.content', 'File.source'],
    ...['Host.network', 'Host.xen', 'Host.admin', 'Host.commands', 'Domu.disks.root', 'Domu.commands'],
    ...['mac', 'serial', 'uuid', 'product', 'hostname'].map((key) => `HostRule.match.${key}`),
  ]);
});

type Plain = Record<string, unknown>;
const whole = (): Plain => parse(wholeText, { merge: true }) as Plain;
const resolved = (plain: Plain): unknown => resolveProfile(profileSchema.parse(plain));

/** Goes over the maps of a profile, each with what the schema says of it. */
function eachMap(value: unknown, node: SchemaNode, visit: (map: Plain, of: SchemaNode) => void): void {
  if (Array.isArray(value)) {
    const items = itemsOf(node);
    if (items !== undefined) for (const item of value) eachMap(item, items, visit);
  } else if (typeof value === 'object' && value !== null) {
    const map = mapFor(node, Object.keys(value), root);
    if (map === undefined) return;
    visit(value as Plain, map);
    for (const [key, inner] of Object.entries(value)) eachMap(inner, map.properties?.[key] ?? {}, visit);
  }
}

test('a default in the schema is what the program takes when the field is left out', () => {
  const profile = whole();
  const before = resolved(profile);
  const met = new Set<SchemaNode>();
  eachMap(profile, root, (map, { properties = {} }) => {
    for (const [key, field] of Object.entries(properties).filter(([, one]) => 'default' in one)) {
      const { [key]: given } = map;
      expect(given, key).toBeDefined();
      map[key] = field['default'];
      const byDefault = resolved(profile);
      delete map[key];
      expect(resolved(profile), key).toEqual(byDefault);
      // Else nothing was tried.
      expect(byDefault, key).not.toEqual(before);
      map[key] = given;
      met.add(field);
    }
  });
  expect(fields.filter(({ node }) => 'default' in node && !met.has(node)).map(({ at }) => at)).toEqual([]);
});

test('what is not there yet is said to be so, and nothing else is', () => {
  const asks = whole();
  const twoDisks = whole();
  (twoDisks as { host: { storage: Plain } }).host.storage['raid'] = null;
  const refused = new Set(
    [asks, twoDisks].flatMap((plain) => {
      const authored = profileSchema.parse(plain);
      return notSupportedYet(resolveProfile(authored), authored).map(({ path }) =>
        path.filter((part) => typeof part === 'string').join('.'),
      );
    }),
  );
  // Of these only some values are refused, or only those of a DomU: they say which are taken.
  for (const at of ['host.source.extra.key', 'domus.source.extra.key', 'domus.source.medium']) refused.delete(at);
  const said = fields
    .filter(({ node }) => /not supported yet/i.test(node.description ?? ''))
    .map(({ at }) => at.replace(/^Domu\./, 'domus.').replace(/^Storage\./, 'host.storage.'))
    .map((at) => at.replace(/^Bridge\./, 'host.network.bridges.').replace(/^Host\./, 'host.'));
  expect(said.sort()).toEqual([...refused].sort());
});

/** A check by the schema that is published, not by the one it is made of. */
const accepts = (file: string, text: string): unknown =>
  z
    .fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(parse(text)).error?.issues ?? [];

test.each(readdirSync('assets/profiles'))('the published schema accepts %s', (name) => {
  expect(accepts('assets/profile.schema.json', readFileSync(`assets/profiles/${name}`, 'utf8'))).toEqual([]);
});

test('the published schema of files for domu add accepts DomUs alone, and nothing else', () => {
  const schema = 'assets/domus.schema.json';
  const [, example] = /```yaml\n([^]*?)```/.exec(readFileSync('docs/domu-add.md', 'utf8')) ?? [];
  expect(accepts(schema, example ?? '')).toEqual([]);
  expect(accepts(schema, 'version: 1\ndomus: [{ name: web2, memory: 1G, disks: { root: { size: 8G } } }]')).toEqual([]);
  for (const [text, path] of [
    ['version: 1\nhost: {}\ndomus: [{ name: web2 }]', []],
    ['domus: [{ name: web2 }]', ['version']],
    ['version: 1', ['domus']],
    ['version: 1\ndomus: [{ name: web2, memroy: 1G }]', ['domus', 0]],
  ] as const)
    expect(accepts(schema, text), text).toMatchObject([{ path }]);
});
