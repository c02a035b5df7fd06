/** Units of systemd that have failed. */
import { finding, notKnown, row, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

export const units = row<Answer>({
  name: 'units',
  look: async (port) =>
    await port.ask(['systemctl', 'list-units', '--failed', '--plain', '--full', '--no-legend', '--no-pager']),
  judge: judgeUnits,
});

const MOST_NAMES = 10;
/** A DomU's own: why it is not up is said of the DomU. */
const OF_DOMU = /^xenwright-domu@/;
/** Without them guests are not started, or cannot be managed. */
const OF_XEN = /^(?:xen|xenwright|xl|libxl|var-lib-xen|proc-xen)/;

export function judgeUnits(answer: Answer): StatusFinding[] {
  // Systems without systemd have none.
  if (answer.kind === 'missing') return [];
  if (answer.kind === 'late' || answer.exitCode !== 0) return [notKnown('systemctl', answer, { isRoot: true })];
  const names = answer.text
    .split('\n')
    .flatMap((line) => /^\s*(?:[\u25cf*]\s+)?(\S+\.\w+)\s/.exec(line)?.[1] ?? [])
    .filter((name) => !OF_DOMU.test(name));
  const figures = [{ name: 'failedUnits', value: names.length } as const];
  if (names.length === 0) return [finding('hostStatus.units.none', 'ok', { figures })];
  const shown = [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? ['…'] : [])].join(', ');
  return [
    finding('hostStatus.units.failed', names.some((name) => OF_XEN.test(name)) ? 'critical' : 'warning', {
      values: { count: names.length, names: shown },
      figures,
      hint: 'hostStatus.units.hint',
    }),
  ];
}
