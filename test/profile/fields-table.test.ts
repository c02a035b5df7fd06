/**
 * Every field of the schema with what people type into it: values that are wrong and what is said of them, values that
 * look wrong and are right and what is written for them, which the programs that read it must take.
 */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { authoredForm } from '../../src/profile/authored-form.ts';
import { profileJsonSchema } from '../../src/profile/schema.ts';
import { allRows } from './fields-table/all.ts';
import { findingsOf, writtenFor, type WrittenFile } from './fields-table/host-of-rows.ts';
import { parsers } from './fields-table/parsers.ts';
import { fieldsOf, type SchemaNode } from './schema-fields.ts';

const LEAST = 3;
const written = new Map<string, WrittenFile>();

/** For the programs, which read each content once. */
function kept(files: readonly WrittenFile[]): readonly WrittenFile[] {
  for (const one of files) written.set(`${one.domain} ${one.path} ${one.content}`, one);
  return files;
}

/** Those that hold a value themselves: what has fields of its own has rows for these. */
function leaves(): string[] {
  const schema = profileJsonSchema() as SchemaNode;
  const all = fieldsOf(schema);
  const named = new Set(all.map(({ at }) => at.split('.')[0]));
  const holdsMap = ({ $ref, anyOf = [], items }: SchemaNode): boolean =>
    ($ref !== undefined && named.has($ref.split('/').at(-1) ?? '')) ||
    anyOf.some(holdsMap) ||
    (items !== undefined && holdsMap(items));
  return all
    .filter(({ at, node }) => !all.some((other) => other.at.startsWith(`${at}.`)) && !holdsMap(node))
    .map(({ at }) => at)
    .filter((at) => at !== 'version' && at !== 'Domu.admin');
}

test('every field has rows, three of each kind or the reason why there are fewer', () => {
  expect(Object.keys(allRows).toSorted()).toEqual(leaves().toSorted());
  const short = Object.entries(allRows).filter(
    ([, { wrong, right, few }]) => few === undefined && Math.min(wrong.length, right.length) < LEAST,
  );
  expect(short.map(([field]) => field)).toEqual([]);
});

describe.each(Object.entries(allRows))('%s', (_, row) => {
  test.for(row.wrong)('%s is wrong: %s', ([typed, code]) => {
    expect(findingsOf(row, typed).codes).toContain(code);
  });
  test.for(row.right)('%s is right', ([typed, file, holds]) => {
    const { codes, profile } = findingsOf(row, typed);
    expect(codes.filter((code) => !code.startsWith('warning '))).toEqual([]);
    if (profile === null) throw new Error('no profile');
    expect(() => authoredForm(profile)).not.toThrow();
    const files = kept(writtenFor(profile));
    const [domain, end] = file.includes(':') ? (file.split(':') as [string, string]) : [null, file];
    const found = files.filter((one) => one.path.endsWith(end) && (domain === null || one.domain === domain));
    expect(found.map(({ content }) => content).join('\n')).toContain(holds);
  });
});

test('the password of each hash that is right is the one it was made of, for the library that reads it', () => {
  const row = allRows['Admin.passwordHash'];
  const says = (hash: string): string =>
    spawnSync('perl', ['-e', 'print crypt("secret", $ARGV[0]) // ""', hash], { encoding: 'utf8' }).stdout;
  expect(row?.right.filter(([hash]) => says(hash) !== hash)).toEqual([]);
  expect(row?.wrong.filter(([typed]) => says(typed.replaceAll('"', '')) === typed)).toEqual([]);
});

describe('what is written is taken by', { timeout: 120_000 }, () => {
  // Where the rows above were left out.
  beforeAll(() => {
    if (written.size > 0) return;
    for (const row of Object.values(allRows))
      for (const [typed] of row.right) {
        const { profile } = findingsOf(row, typed);
        if (profile !== null) kept(writtenFor(profile));
      }
  }, 120_000);

  test.for(parsers.map(({ name }, index) => [name, index] as const))('%s', ([, index], context) => {
    const parser = parsers[index];
    if (parser === undefined || !parser.isThere()) return context.skip();
    const files = [...written.values()].filter(({ path }) => parser.reads.test(path));
    if (parser.mayHaveNone !== true) expect(files.length).toBeGreaterThan(0);
    expect(parser.objectionsTo(files)).toEqual([]);
  });
});
