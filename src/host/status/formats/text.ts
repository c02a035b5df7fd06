/** The state of the host for people: the worst first, a line each, with the way out below it. Pure. */
import { inEnglish } from '../../../i18n/english.ts';
import type { TextKey } from '../../../i18n/keys.ts';
import { STATES, type State, type StatusFinding } from '../finding.ts';
import type { StatusReport } from '../report.ts';

const WORDS = {
  ok: 'hostStatus.states.ok',
  warning: 'hostStatus.states.warning',
  critical: 'hostStatus.states.critical',
  unknown: 'hostStatus.states.unknown',
} as const satisfies Readonly<Record<State, TextKey>>;

const ORDER: readonly State[] = ['critical', 'warning', 'unknown', 'ok'];

export function textStatus({ hostname, state, checks }: StatusReport): string {
  const all = checks.flatMap(({ findings }) => findings);
  const width = Math.max(...STATES.map((one) => inEnglish({ key: WORDS[one] }).length));
  const line = ({ state: its, message, hint }: StatusFinding): string => {
    const first = `${inEnglish({ key: WORDS[its] }).padEnd(width)}  ${inEnglish(message)}\n`;
    return hint === undefined ? first : `${first}${' '.repeat(width + 2)}-> ${inEnglish(hint)}\n`;
  };
  const lines = ORDER.flatMap((one) => all.filter((found) => found.state === one).map(line));
  return `${hostname}: ${inEnglish({ key: WORDS[state] })}\n${lines.join('')}`;
}
