import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withFieldLists } from '../../src/profile/field-reference.ts';
import { profileJsonSchema } from '../../src/profile/schema.ts';
import { fieldsOf } from './schema-fields.ts';

const list = (path: string, text = ''): string => `<!-- fields: ${path} -->\n${text}<!-- end of fields -->`;
const map = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
});
/** What a page of one list, under a heading, says of these fields. */
const listed = (properties: object, required: readonly string[] = []): string[] =>
  withFieldLists(`# All\n\n${list('profile')}\n`, map(properties, required))
    .split('\n')
    .slice(4, -3);

test('a field has its name, kind, default and description', () => {
  expect(
    listed(
      {
        one: { type: 'string', description: 'The first.' },
        two: { enum: ['a', 'b', 'c'], default: 'a', description: 'The second.' },
        three: {
          anyOf: [{ type: 'integer', minimum: 1, maximum: 9 }, { type: 'null' }],
          default: null,
          description: 'T.',
        },
        four: { type: 'array', items: { type: 'string' }, default: [], description: 'F.' },
        five: { anyOf: [{ const: 'auto' }, { type: 'boolean' }], default: ['x', 'y'], description: 'F.' },
        six: { type: ['string', 'null'], default: '', description: 'S.' },
      },
      ['one'],
    ),
  ).toEqual([
    '- **`one`** (text, required): The first.',
    '- **`two`** (`a`, `b` or `c`, default `a`): The second.',
    '- **`three`** (number from 1 to 9, default none): T.',
    '- **`four`** (list of text, default none): F.',
    '- **`five`** (`auto`, `true` or `false`, default `[x, y]`): F.',
    '- **`six`** (text, default empty): S.',
  ]);
});

test('a map within is listed below its field, or linked where it has a list of its own', () => {
  const schema = map({ in: { ...map({ a: { type: 'string', description: 'A.' } }), description: 'Inner.' } });
  expect(withFieldLists(`# All\n\n${list('profile')}\n`, schema)).toContain(
    '- **`in`**: Inner.\n  - **`a`** (text): A.\n',
  );
  const page = withFieldLists(`# All\n\n${list('profile')}\n\n## The inner: \`in\`\n\n${list('in')}\n`, schema);
  expect(page).toContain('- **`in`**: Inner. See [The inner: `in`](#the-inner-in).\n\n<!-- end');
  expect(page).toContain('<!-- fields: in -->\n\n- **`a`** (text): A.\n\n<!-- end of fields -->\n');
});

test('lines are filled to 120 columns; code and links stay whole', () => {
  const lines = listed({ a: { type: 'string', description: `${'word '.repeat(30)}\`${'code '.repeat(9)}\` end.` } });
  expect(lines.every((line) => line.length <= 120)).toBe(true);
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join('\n')).toContain(`\`${'code '.repeat(9)}\``);
  expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
});

test('what stands outside the lists stays, and so do lists that are current', () => {
  const page = `# All\n\nBefore.\n\n${list('profile', 'stale\n')}\n\nAfter.\n`;
  const once = withFieldLists(page, map({ a: { type: 'string', description: 'A.' } }));
  expect(once).toBe(
    '# All\n\nBefore.\n\n<!-- fields: profile -->\n\n- **`a`** (text): A.\n\n<!-- end of fields -->\n\nAfter.\n',
  );
  expect(withFieldLists(once, map({ a: { type: 'string', description: 'A.' } }))).toBe(once);
});

test('a list of what is not there is refused, and so is a page without the whole', () => {
  expect(() => withFieldLists(`${list('profile')}\n${list('no.such')}`, map({ a: { type: 'string' } }))).toThrow(
    'no.such',
  );
  expect(() => withFieldLists('# All\n', map({ a: { type: 'string' } }))).toThrow('no list of profile');
});

test('the page of the profile has every field of the schema', () => {
  const page = readFileSync('docs/profile.md', 'utf8');
  const items = new Set([...page.matchAll(/^ *- \*\*`(.+?)`\*\*/gm)].map(({ 1: name }) => name));
  expect(fieldsOf(profileJsonSchema()).filter(({ name }) => !items.has(name))).toEqual([]);
});

test('links of the page lead to its headings', () => {
  const page = readFileSync('docs/profile.md', 'utf8');
  const anchors = [...page.matchAll(/^#+ (.*)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(({ 1: anchor }) => anchor);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((anchor) => !anchors.includes(anchor ?? ''))).toEqual([]);
});
