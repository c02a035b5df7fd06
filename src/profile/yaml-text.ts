/**
 * YAML as profiles are written in it: nothing in it is ignored, and neither its size, its depth nor what is wrong with
 * it makes reading it long. Pure.
 */
import { isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { findingOf, type Finding, type LocatedFinding, type Variant } from '../check/finding.ts';
import type { Values } from '../i18n/said.ts';
import type { SourceText } from './findings.ts';

/** More is no profile; and the time a parser takes must have an end. */
const LIMIT_CHARACTERS = 4 * 1024 * 1024;
/** After so many, the rest follows from the first. */
const LIMIT_FINDINGS = 100;
/** Deeper than any profile, and far from the end of the stack. */
const LIMIT_DEPTH = 100;

/** What is said of a text that is no YAML, or more than is read. */
export function yamlFinding(what: Variant<'yaml-syntax'>, values?: Values): Finding {
  return findingOf(`yaml-syntax.${what}`, [], values);
}

/** Reads a text. With findings the document is not for use. Never throws. */
export function readYaml(
  text: string,
  fileName: string,
): SourceText & { readonly findings: readonly LocatedFinding[] } {
  const lines = new LineCounter();
  const whole = (finding: Finding) => ({
    ...{ fileName, document: parsed('', lines), lines },
    findings: [{ ...finding, file: fileName, line: 1, column: 1 }],
  });
  if (text.length > LIMIT_CHARACTERS) return whole(yamlFinding('long'));
  if (isTooDeep(text)) return whole(yamlFinding('deep', { limit: LIMIT_DEPTH }));
  let document: Document;
  try {
    document = parsed(text, lines);
  } catch (error) {
    // The parser works by recursion, also through what is wrong: a long row of closing brackets ends its stack.
    if (error instanceof RangeError) return whole(yamlFinding('deep', { limit: LIMIT_DEPTH }));
    throw error;
  }
  // Warnings are about tags and directives that would be ignored: nothing is ignored here.
  const faults = [
    ...[...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }) => ({
      offset,
      finding: syntaxFinding(code, message),
    })),
    ...repeatedKeys(document).map((offset) => ({ offset, finding: yamlFinding('duplicateKey') })),
  ]
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, LIMIT_FINDINGS);
  const findings = faults.map(({ offset, finding }): LocatedFinding => {
    const { line, col } = lines.linePos(offset);
    return { ...finding, file: fileName, line, column: col };
  });
  return { fileName, document, lines, findings };
}

function parsed(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // It compares each key with every other one: `repeatedKeys` does not.
    uniqueKeys: false,
    stringKeys: true,
    logLevel: 'error',
  });
}

/** Where keys stand that their map has already. */
function repeatedKeys(document: Document): number[] {
  const found: number[] = [];
  visit(document, {
    Map(_key, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) found.push(key.range?.[0] ?? 0);
        keys.add(key.value);
      }
    },
  });
  return found;
}

function syntaxFinding(code: string, message: string): Finding {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return yamlFinding('documents');
    case 'TAB_AS_INDENT':
      return yamlFinding('tab');
    case 'NON_STRING_KEY':
      return yamlFinding('keyForm');
    default:
      return yamlFinding('other', { text: withoutQuotation(message) });
  }
}

/** What the parser objects to, without the piece of the text that it quotes: that may be a password. */
export function withoutQuotation(message: string): string {
  return /^(?:Invalid escape sequence|Unknown directive)/.exec(message)?.[0] ?? message.split(/: |\n/)[0] ?? message;
}

/**
 * Brackets or dashes stacked high: a parser that works by recursion must not meet them. Strings may only make it too
 * strict.
 */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > LIMIT_DEPTH) return true;
  }
  return /(^|\n)[ \t]*([-?:][ \t]+){50}/.test(text) || /\n {400} *[^\s#]/.test(text);
}
