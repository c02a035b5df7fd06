/** Programs are files of assets, where linters read them and tests run them; none is hidden in a string. */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Visitor, type ArrayExpression, type CallExpression, type Program } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { parsed, ROOT, sourcesUnder, textsOf } from './program.ts';

const MOST_LINES = 10;
/** Lines of shell, GRUB, Python and JavaScript, as people write no others. */
const STATEMENTS = [
  /^\s*(if|elif|while|until|for|case) .*(; *(then|do)\b| in\b)/,
  /^\s*(fi|done|esac|else|then|do)\b/,
  /^\s*[a-z_]\w*\(\) *\{/,
  /\$\(|"\$[\w#@{]|\|\| *(exit|return|\{)|^\s*(set|export) /,
  /^\s*(def|class) \w+.*:$/,
  /^\s*(import|from) \w[\w.]*( import .*)?$/,
  /^\s*(try:|except\b.*:|with .*:|if .*:|for .*:|return\b.*|raise .*)$/,
  /^\s*(const|let|var|function) .*[={(]/,
];

/** Does this text of several lines run somewhere? */
function isProgram(text: string): boolean {
  if (text.startsWith('#!')) return true;
  const telling = text.split('\n').filter((line) => STATEMENTS.some((statement) => statement.test(line)));
  return telling.length >= 3;
}

function isLong(text: string): boolean {
  return text.trim().split('\n').length > MOST_LINES;
}

/** `[…].join('\n')`, as one text; null for all else. */
function joined({ callee, arguments: [separator] }: CallExpression): string | null {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'ArrayExpression') return null;
  if (callee.property.type !== 'Identifier' || callee.property.name !== 'join' || separator === undefined) return null;
  const [between = ''] = textsOf(separator);
  return between.includes('\n') ? linesOf(callee.object).join(between) : null;
}

function linesOf(array: ArrayExpression): string[] {
  return array.elements.map((element) =>
    element === null || element.type === 'SpreadElement' ? 'X1' : (textsOf(element)[0] ?? 'X1'),
  );
}

/** Texts of a source that are written out in it, each with its first line. */
function longPrograms(program: Program): string[] {
  const found: string[] = [];
  const note = (text: string): void => {
    if (isLong(text) && isProgram(text)) found.push(text.trim().split('\n')[0] ?? '');
  };
  new Visitor({
    TemplateLiteral: (node) => textsOf(node).forEach(note),
    Literal: (node) => textsOf(node).forEach(note),
    BinaryExpression: (node) => textsOf(node).forEach(note),
    CallExpression: (node) => {
      const text = joined(node);
      if (text !== null) note(text);
    },
  }).visit(program);
  return found;
}

const SOURCES = [...sourcesUnder('src'), ...sourcesUnder('components')];

it.each(SOURCES)('%s holds no program of more than ten lines in a string', (file) => {
  expect(longPrograms(parsed(file))).toEqual([]);
});

describe('files of assets that are carried as text', () => {
  /** All but the profiles and machines, which are data. */
  const files = readdirSync(join(ROOT, 'assets'), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(json|yaml)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .toSorted();
  const imported = SOURCES.flatMap((file) =>
    parsed(file).body.flatMap((node) =>
      node.type === 'ImportDeclaration' && node.source.value.includes('/assets/')
        ? [relative(ROOT, join(ROOT, file, '..', node.source.value))]
        : [],
    ),
  );

  /** Of a rescue DomU, which is refused until one has started on a real Xen: src/host/domus/rescue/small-domu.ts. */
  const NOT_YET = ['init.sh', 'initrd-make.sh', 'poweroff.sh'].map((name) => `assets/host/rescue/${name}`);

  it('are all carried', () => {
    expect(files.filter((file) => !imported.includes(file))).toEqual(NOT_YET);
    expect(files.length).toBeGreaterThan(20);
  });
});
