/** Findings with their place in the text, and how one is printed. */
import { isMap, isScalar, isSeq, type Document, type LineCounter, type Pair, type YAMLMap } from 'yaml';
import type { Finding, LocatedFinding } from '../check/finding.ts';

/** A YAML text that was read: where findings are looked up. */
export interface SourceText {
  readonly fileName: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Gives every finding the line and column of its path; what is not in the text gets the place of what holds it. */
export function locateFindings(findings: readonly Finding[], source: SourceText): LocatedFinding[] {
  const pairsOf = pairsByKey();
  return findings.map((finding) => {
    const { line, col } = source.lines.linePos(offsetOf(finding.path, source.document.contents, pairsOf));
    return { ...finding, file: source.fileName, line, column: col };
  });
}

type PairsOf = (map: YAMLMap) => ReadonlyMap<string, Pair>;

/** The pairs of maps by their keys: looked for one by one, thousands of findings in one map take minutes. */
function pairsByKey(): PairsOf {
  const known = new Map<YAMLMap, ReadonlyMap<string, Pair>>();
  return (map) => {
    const before = known.get(map);
    if (before !== undefined) return before;
    const pairs = new Map<string, Pair>();
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      if (!pairs.has(key)) pairs.set(key, pair);
    }
    known.set(map, pairs);
    return pairs;
  };
}

/** Where the key of a path starts, or its value where it has no key; or else that of what would hold it. */
function offsetOf(path: Finding['path'], contents: unknown, pairsOf: PairsOf): number {
  let node = contents;
  let offset = rangeStart(contents) ?? 0;
  for (const part of path) {
    const pair = isMap(node) ? pairsOf(node).get(String(part)) : undefined;
    node = isSeq(node) ? node.items[Number(part)] : pair?.value;
    const start = rangeStart(pair?.key) ?? rangeStart(node);
    if (start === null) break;
    offset = start;
  }
  return offset;
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
