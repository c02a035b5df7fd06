/**
 * The state of the host as a plugin of Nagios, Icinga, Checkmk and others answers: one line, figures behind a bar, and
 * the exit code (monitoring-plugins.org, "Development Guidelines"). Pure.
 */
import { inEnglish } from '../../../i18n/english.ts';
import { FIGURES } from '../figures.ts';
import type { Figure, State, StatusFinding } from '../finding.ts';
import type { StatusReport } from '../report.ts';

const EXITS: Readonly<Record<State, number>> = { ok: 0, warning: 1, critical: 2, unknown: 3 };
/** Transports cut a longer line: NRPE at 1 KiB in older versions, Nagios at 8 KiB. */
const MOST_WORDS = 600;
const MOST_CHARACTERS = 4_000;
const UNITS = { ratio: '%', bytes: 'B', seconds: 's', count: '' } as const;

export function nagiosExit({ state }: StatusReport): number {
  return EXITS[state];
}

export function nagiosStatus(report: StatusReport): string {
  const all = report.checks.flatMap(({ findings }) => findings);
  const wrong = (['critical', 'warning', 'unknown'] as const).flatMap((state) =>
    all.filter((found) => found.state === state),
  );
  const words = wrong.length === 0 ? inEnglish({ key: 'hostStatus.allWell' }) : wrong.map(wordsOf).join('; ');
  const first = `XENWRIGHT ${report.state.toUpperCase()} - ${cut(clean(words))}`;
  let line = `${first} |`;
  for (const figure of all.flatMap((found) => found.figures.map((one) => dataOf(found, one))))
    if (line.length + figure.length < MOST_CHARACTERS) line += ` ${figure}`;
  return `${line.endsWith('|') ? first : line}\n`;
}

function wordsOf({ state, message }: StatusFinding): string {
  return state === 'critical' ? inEnglish(message) : `${inEnglish(message)} (${state})`;
}

/** Behind a bar stand figures; a line break would end the answer. */
function clean(text: string): string {
  return text.replaceAll('|', '/').replaceAll(/\s+/g, ' ');
}

function cut(text: string): string {
  return text.length > MOST_WORDS ? `${text.slice(0, MOST_WORDS)}...` : text;
}

/** `'fill /var'=91%;85;95;0;100` */
function dataOf({ subject }: StatusFinding, { name, value, warning, critical }: Figure): string {
  const { unit } = FIGURES[name];
  const said = (one: number | undefined): string =>
    one === undefined ? '' : String(Number((unit === 'ratio' ? one * 100 : one).toFixed(unit === 'bytes' ? 0 : 6)));
  // The ASCII of it: a quote ends the label, an equals sign ends it for some readers.
  const label = [name, ...(subject === null ? [] : [subject.replaceAll(/[^ -~]|['=|]/g, '_')])].join(' ');
  const most = unit === 'ratio' ? '100' : '';
  return `'${label}'=${said(value)}${UNITS[unit]};${said(warning)};${said(critical)};0;${most}`;
}
