/** Errors and their texts fit: each text is that of some error, and every value that a text wants is given to it. */
import { describe, expect, test } from 'vitest';
import type { Argument } from 'oxc-parser';
import en from '../../locales/en.json' with { type: 'json' };
import { callsIn, parsed, propertyOf, sourcesUnder, textsOf } from '../program.ts';

interface Thrown {
  readonly file: string;
  readonly id: string;
  /** Null: they are not written out at the call. */
  readonly values: readonly string[] | null;
}

/** The calls that make an error of a text, as they are written. */
const thrown: Thrown[] = sourcesUnder('src').flatMap((file) => {
  const program = parsed(file);
  return ['failure', 'worded', 'wordsOf', 'commandFailure', 'SourceError', 'deviceFault'].flatMap((name) =>
    callsIn(program, name).flatMap(([id, ...more]) =>
      textsOf(id ?? null).map((text) => ({
        file,
        id: text,
        values: namesIn(name === 'failure' ? more[1] : name === 'commandFailure' ? more[2] : more[0]),
      })),
    ),
  );
});

function namesIn(argument: Argument | undefined): readonly string[] | null {
  if (argument === undefined) return [];
  if (argument.type !== 'ObjectExpression') return null;
  const names = argument.properties.map((property) =>
    property.type === 'Property' && property.key.type === 'Identifier' ? property.key.name : null,
  );
  return names.every((one) => one !== null) ? names : null;
}

/** Of an error, not of its parts: an object with a message. */
function ids(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? /^message(_\w+)?$/.test(key)
        ? [prefix.slice(0, -1)]
        : []
      : ids(value as object, `${prefix}${key}.`),
  );
}

function textsAt(id: string): string[] {
  const node = id.split('.').reduce<unknown>((here, part) => (here as Record<string, unknown>)[part], en.errors);
  return Object.entries(node as object).flatMap(([key, value]) =>
    /^(message|hint)(_\w+)?$/.test(key) && typeof value === 'string' ? [value] : [],
  );
}

describe('texts of errors', () => {
  test('there are many, and errors that are made of them', () => {
    expect(thrown.length).toBeGreaterThan(100);
    expect(new Set(ids(en.errors)).size).toBeGreaterThan(90);
  });

  test('each is that of an error', () => {
    const used = new Set(thrown.map(({ id }) => id));
    const built = [...used]
      .filter((id) => id.includes('X1'))
      .map((id) => new RegExp(`^${id.replaceAll('X1', '[\\w-]*')}$`));
    expect([...new Set(ids(en.errors))].filter((id) => !used.has(id) && !built.some((form) => form.test(id)))).toEqual(
      [],
    );
  });

  test('get every value that they want', () => {
    expect(
      thrown.flatMap(({ file, id, values }) =>
        values === null || id.includes('X1')
          ? []
          : textsAt(id).flatMap((text) =>
              [...text.matchAll(/\{\{(\w+)\}\}/g)]
                .map(([, name = '']) => name)
                .filter((name) => !values.includes(name))
                .map((name) => `${file}: ${id} wants ${name}`),
            ),
      ),
    ).toEqual([]);
  });

  test('are the only words of errors: none is written where it is thrown', () => {
    expect(
      sourcesUnder('src').flatMap((file) =>
        callsIn(parsed(file), 'XenwrightError').flatMap(([fields]) =>
          fields?.type === 'ObjectExpression' && textsOf(propertyOf(fields, 'message')).length > 0 ? [file] : [],
        ),
      ),
    ).toEqual([]);
  });
});
