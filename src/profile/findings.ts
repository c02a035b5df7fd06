/** Findings with their place in the text, and how one is printed. */
import type { Document, LineCounter } from 'yaml';
import type { Finding, LocatedFinding } from '../check/finding.ts';

/** A YAML text that was read: where findings are looked up. */
export interface SourceText {
  readonly fileName: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Gives every finding the line and column of its path; what is not in the text gets the place of what holds it. */
export function locateFindings(findings: readonly Finding[], source: SourceText): LocatedFinding[] {
  return findings.map((finding) => ({ ...finding, file: source.fileName, ...placeOf(finding.path, source) }));
}

function placeOf(
  path: readonly (string | number)[],
  { document, lines }: SourceText,
): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const offset = keyOffset(part, document);
    if (offset !== null) {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}

/** Where the key of a path starts, or its value where it has no key. */
function keyOffset(path: readonly (string | number)[], document: Document): number | null {
  const last = path.at(-1);
  const parent = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (last === undefined) return rangeStart(parent);
  if (typeof last === 'string' && parent !== null && typeof parent === 'object' && 'items' in parent) {
    const pair = (parent.items as readonly { key?: unknown }[]).find(
      (item) => String((item.key as { value?: unknown } | undefined)?.value ?? '') === last,
    );
    const start = rangeStart(pair?.key);
    if (start !== null) return start;
  }
  return rangeStart(document.getIn(path, true));
}

function rangeStart(node: unknown): number | null {
  const range = (node as { range?: readonly number[] } | null | undefined)?.range;
  return range?.[0] ?? null;
}

/** `host.storage.disks[0].serial` */
export function formatPath(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** `file:line:col path: message (hint)`; warnings say that they are. */
export function formatFinding(finding: LocatedFinding): string {
  const path = finding.path.length === 0 ? '' : ` ${formatPath(finding.path)}:`;
  return `${finding.file}:${finding.line}:${finding.column}${path} ${finding.severity === 'warning' ? 'warning: ' : ''}${finding.message}${finding.hint === undefined ? '' : ` (${finding.hint})`}`;
}
