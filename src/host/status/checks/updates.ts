/** Security updates that wait to be installed, by the lists that apt has already: no network is asked. */
import { finding, notKnown, row, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

export interface UpdatesSeen {
  readonly answer: Answer;
  /** When the lists were fetched last: seconds since 1970; null: not known. */
  readonly fetched: number | null;
  readonly nowSeconds: number;
}

const LIMIT_MS = 25_000;
const OLD_DAYS = 7;
const MOST_NAMES = 10;
const DAY_SECONDS = 86_400;

export const updates = row<UpdatesSeen>({
  name: 'updates',
  look: async (port) => {
    const simulate = ['apt-get', '-s', '-q', '-o', 'Debug::NoLocking=true', 'dist-upgrade'];
    const [answer, listed] = await Promise.all([
      port.ask(simulate, LIMIT_MS),
      port.ask(['stat', '-c', '%Y', '/var/lib/apt/lists', '/var/lib/apt/lists/partial']),
    ]);
    const times = listed.kind === 'said' ? listed.text.split('\n').filter((line) => /^\d+$/.test(line)) : [];
    return {
      answer,
      fetched: times.length === 0 ? null : Math.max(...times.map(Number)),
      nowSeconds: Math.floor(port.now() / 1000),
    };
  },
  judge: judgeUpdates,
});

export function judgeUpdates({ answer, fetched, nowSeconds }: UpdatesSeen): StatusFinding[] {
  // Another family of distributions.
  if (answer.kind === 'missing') return [];
  if (answer.kind === 'late' || answer.exitCode !== 0) return [notKnown('apt-get', answer, { isRoot: true })];
  // Inst openssl [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])
  const names = answer.text.split('\n').flatMap((line) => {
    const [, name, origin = ''] = /^Inst (\S+) (?:\[[^\]]*\] )?\(\S+ (.*)\[/.exec(line) ?? [];
    return name !== undefined && /security/i.test(origin) ? [name] : [];
  });
  const figures = [{ name: 'securityUpdates', value: names.length } as const];
  const pending =
    names.length === 0
      ? finding('hostStatus.updates.none', 'ok', { figures })
      : finding('hostStatus.updates.pending', 'warning', {
          values: {
            count: names.length,
            names: [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? ['…'] : [])].join(', '),
          },
          figures,
          hint: 'hostStatus.updates.hint',
        });
  const days = fetched === null ? 0 : Math.floor((nowSeconds - fetched) / DAY_SECONDS);
  return days < OLD_DAYS
    ? [pending]
    : [
        pending,
        finding('hostStatus.updates.old', 'warning', { values: { count: days }, hint: 'hostStatus.updates.oldHint' }),
      ];
}
