/** What is made of schemas and published: schemas for editors, the lists of fields in the documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkJsonSchema } from '../../src/check/result.ts';
import { domuListJsonSchema } from '../../src/host/domus/list-result.ts';
import { statusJsonSchema } from '../../src/host/status/formats/json.ts';
import { withFieldLists } from '../../src/profile/field-reference.ts';
import { domusJsonSchema, profileJsonSchema } from '../../src/profile/schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/profile.md');
const STALE = 'the schema has changed: npm run docs writes this file anew';

const written = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;

test.each([
  ['profile', profileJsonSchema()],
  ['domus', domusJsonSchema()],
  ['check', checkJsonSchema()],
  ['status', statusJsonSchema()],
  ['domu-list', domuListJsonSchema()],
])('assets/%s.schema.json is what xenwright schema prints', async (name, schema) => {
  await expect(written(schema), STALE).toMatchFileSnapshot(join(ROOT, `assets/${name}.schema.json`));
});

test('docs/profile.md lists the fields as the schema describes them', async () => {
  await expect(withFieldLists(readFileSync(PAGE, 'utf8'), profileJsonSchema()), STALE).toMatchFileSnapshot(PAGE);
});
