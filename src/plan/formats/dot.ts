/** A plan as a Graphviz graph: one box an action, one cluster a domain. Pure. */
import type { Plan } from '../plan.ts';

export function planAsDot(plan: Plan): string {
  const domains = [...new Set(plan.actions.map((action) => action.domain))];
  const quote = (text: string): string => JSON.stringify(text);
  return [
    `digraph ${quote(plan.hostname)} {`,
    '  rankdir=LR; node [shape=box, fontname="sans-serif"];',
    ...domains.flatMap((domain, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${quote(domain)};`,
      ...plan.actions
        .filter((action) => action.domain === domain)
        .map(
          (action) =>
            `    ${quote(action.id)} [label=${quote(`${action.title}\n${action.kind}, ${action.weight} s`)}];`,
        ),
      '  }',
    ]),
    ...plan.actions.flatMap((action) => action.needs.map((need) => `  ${quote(need)} -> ${quote(action.id)};`)),
    '}',
    '',
  ].join('\n');
}
