import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profileJsonSchema } from '../../src/profile/schema.ts';

test('assets/profile.schema.json is what xenwright schema prints', () => {
  // When this fails: npm run -s xenwright -- schema > assets/profile.schema.json
  expect(readFileSync('assets/profile.schema.json', 'utf8')).toBe(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
});
