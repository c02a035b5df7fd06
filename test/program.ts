/** Reads the program as a parser does, whatever its layout: the errors it throws, and the calls of a function by name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  parseSync,
  Visitor,
  type Argument,
  type Expression,
  type ObjectExpression,
  type Program,
  type PropertyKey,
} from 'oxc-parser';

export const ROOT = join(import.meta.dirname, '..');

/** Paths of the TypeScript files under `folder`, from the root of the project. */
export function sourcesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}

/** A file that does not parse is a fault of the test. `source`: its text, where it is not that of the file. */
export function parsed(file: string, source = readFileSync(join(ROOT, file), 'utf8')): Program {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return program;
}

/** Every text that an expression may be; what is put into a template reads `X1`. */
export function textsOf(node: Expression | Argument | PropertyKey | null): string[] {
  if (node === null) return [];
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node.type === 'TemplateLiteral') return [node.quasis.map(({ value }) => value.cooked ?? value.raw).join('X1')];
  if (node.type === 'ConditionalExpression') return [...textsOf(node.consequent), ...textsOf(node.alternate)];
  if (node.type === 'TSAsExpression' || node.type === 'ParenthesizedExpression') return textsOf(node.expression);
  if (node.type === 'BinaryExpression' && node.operator === '+')
    return textsOf(node.left as Expression).flatMap((left) => textsOf(node.right).map((right) => left + right));
  return [];
}

/** What stands under `name` in an object as it is written. */
export function propertyOf(object: ObjectExpression, name: string): Expression | null {
  for (const property of object.properties) {
    if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name)
      return property.value;
  }
  return null;
}

/** Objects that are written out in a file. */
export function objectsIn(program: Program): ObjectExpression[] {
  const found: ObjectExpression[] = [];
  new Visitor({
    ObjectExpression: (node) => {
      found.push(node);
    },
  }).visit(program);
  return found;
}

/** Arguments of the calls of `name`, with `new` or without. */
export function callsIn(program: Program, name: string): (readonly Argument[])[] {
  const found: (readonly Argument[])[] = [];
  const note = (node: { readonly callee: Expression; readonly arguments: readonly Argument[] }): void => {
    if (node.callee.type === 'Identifier' && node.callee.name === name) found.push(node.arguments);
  };
  new Visitor({ CallExpression: note, NewExpression: note }).visit(program);
  return found;
}

/** Texts and names of a program, each with its place. Paths of imports are not words. */
export function wordsOf(program: Program): { readonly text: string; readonly at: number }[] {
  const found: { text: string; at: number }[] = [];
  const imported = new Set<number>();
  new Visitor({
    ImportDeclaration: ({ source }) => {
      imported.add(source.start);
    },
    ExportNamedDeclaration: ({ source }) => {
      if (source !== null) imported.add(source.start);
    },
    Literal: ({ value, raw, start }) => {
      if (imported.has(start)) return;
      found.push({ text: typeof value === 'string' ? value : String(raw), at: start });
    },
    TemplateElement: ({ value, start }) => {
      found.push({ text: value.raw, at: start });
    },
    Identifier: ({ name, start }) => {
      found.push({ text: name, at: start });
    },
  }).visit(program);
  return found;
}
