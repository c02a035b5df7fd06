/**
 * The state of the host in Prometheus' text format, version 0.0.4, as node_exporter's textfile collector reads it: the
 * samples of a metric stand together below its HELP and TYPE, no two with the same labels, no times. Pure.
 */
import { VERSION } from '../../../version.ts';
import { FIGURES, type FigureName } from '../figures.ts';
import { STATES, worst, type State, type StatusFinding } from '../finding.ts';
import type { StatusReport } from '../report.ts';

const PREFIX = 'xenwright_host_';
type Labels = Readonly<Record<string, string>>;

export function prometheusStatus({ time, state, checks }: StatusReport): string {
  const all = checks.flatMap(({ name, findings }) => findings.map((found) => ({ check: name, found })));
  const codes = STATES.join(', ').replace(
    /\w+/g,
    (word) => `${STATES.indexOf(word as (typeof STATES)[number])} ${word}`,
  );
  return [
    metric('info', 'The program that looked at this host.', [[{ version: VERSION }, 1]]),
    metric('checked_timestamp_seconds', 'When this host was looked at, since 1970.', [
      [{}, Math.floor(Date.parse(time) / 1000)],
    ]),
    metric('state', `The worst of all findings: ${codes}.`, [[{}, STATES.indexOf(state)]]),
    metric(
      'check_state',
      `The worst finding of a check of each subject: ${codes}.`,
      [...worstOf(all)].map(([key, its]) => [JSON.parse(key) as Labels, STATES.indexOf(its)]),
    ),
    metric(
      'finding_state',
      `Each finding: ${codes}.`,
      all.map(({ check, found }) => [labelsOf(found, { check, id: found.id }), STATES.indexOf(found.state)]),
    ),
    ...(Object.keys(FIGURES) as FigureName[]).map((name) =>
      metric(
        FIGURES[name].metric,
        FIGURES[name].help,
        all.flatMap(({ found }) =>
          found.figures.filter((figure) => figure.name === name).map(({ value }) => [labelsOf(found), value] as const),
        ),
      ),
    ),
  ].join('');
}

/** By the labels: they stay the same while what is found changes, so that alerts can go by them. */
function worstOf(
  all: readonly { readonly check: string; readonly found: StatusFinding }[],
): ReadonlyMap<string, State> {
  const states = new Map<string, State[]>();
  for (const { check, found } of all) {
    const key = JSON.stringify(labelsOf(found, { check }));
    states.set(key, [...(states.get(key) ?? []), found.state]);
  }
  return new Map([...states].map(([key, some]) => [key, worst(some)]));
}

function labelsOf({ subject }: StatusFinding, more: Labels = {}): Labels {
  return subject === null ? more : { ...more, subject };
}

/** Empty without samples: a metric that is only announced would be one that nobody has. */
function metric(name: string, help: string, samples: readonly (readonly [labels: Labels, value: number])[]): string {
  // Of two with the same labels the first counts: Prometheus refuses the whole file otherwise.
  const lines = new Map<string, number>();
  for (const [labels, value] of samples) {
    const words = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    const key = `${PREFIX}${name}${words.length === 0 ? '' : `{${words.join(',')}}`}`;
    if (!lines.has(key)) lines.set(key, value);
  }
  if (lines.size === 0) return '';
  return [
    `# HELP ${PREFIX}${name} ${help}`,
    `# TYPE ${PREFIX}${name} gauge`,
    ...[...lines].map(([key, value]) => `${key} ${value}`),
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
