/** How many findings are listed: a person reads the first of a kind, and a terminal has an end. Pure. */
import type { Finding } from './finding.ts';

/** Of one kind: those after these say nothing new. */
const MOST_OF_A_KIND = 100;

/** How many findings of one code are not listed. */
export interface MoreFindings {
  readonly code: string;
  readonly severity: Finding['severity'];
  readonly count: number;
}

/** The first hundred of each kind, in their order, and how many more of each there are. */
export function listedFindings<Found extends Finding>(
  findings: readonly Found[],
): { readonly listed: readonly Found[]; readonly more: readonly MoreFindings[] } {
  const counts = new Map<string, MoreFindings>();
  const listed = findings.filter(({ code, severity }) => {
    const kind = `${severity} ${code}`;
    const count = (counts.get(kind)?.count ?? 0) + 1;
    counts.set(kind, { code, severity, count });
    return count <= MOST_OF_A_KIND;
  });
  const more = [...counts.values()]
    .filter(({ count }) => count > MOST_OF_A_KIND)
    .map((kind) => ({ ...kind, count: kind.count - MOST_OF_A_KIND }));
  return { listed, more };
}
