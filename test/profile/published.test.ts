/** What is made of the profile's schema and published: schemas for editors, the lists of fields in the documentation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFieldLists } from '../../src/profile/field-reference.ts';
import { domusJsonSchema, profileJsonSchema } from '../../src/profile/schema.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/profile.md');
const STALE = 'the schema has changed: npm run docs writes this file anew';

const written = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

test('assets/profile.schema.json is what xenwright schema prints', async () => {
  await expect(written(profileJsonSchema()), STALE).toMatchFileSnapshot(join(ROOT, 'assets/profile.schema.json'));
});

test('assets/domus.schema.json is that of files for domu add', async () => {
  await expect(written(domusJsonSchema()), STALE).toMatchFileSnapshot(join(ROOT, 'assets/domus.schema.json'));
});

test('docs/profile.md lists the fields as the schema describes them', async () => {
  await expect(withFieldLists(readFileSync(PAGE, 'utf8'), profileJsonSchema()), STALE).toMatchFileSnapshot(PAGE);
});
