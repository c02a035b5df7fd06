/** Is the clock in step? Guests take their first time from it, logs and certificates go by it. */
import { finding, notKnown, row, stateFrom, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

export interface ClockSeen {
  /** `timedatectl show` */
  readonly timedatectl: Answer;
  /** `chronyc -c tracking`, where chrony is installed. */
  readonly chronyc: Answer;
  /** /proc/uptime */
  readonly uptime: string | null;
}

/** A host that has just started may still be at it. */
const PATIENCE_SECONDS = 600;
const LIMITS = { warning: 1, critical: 60 };

export const clock = row<ClockSeen>({
  name: 'clock',
  look: async (port) => {
    const [timedatectl, chronyc] = await Promise.all([
      port.ask(['timedatectl', 'show', '-p', 'NTP', '-p', 'NTPSynchronized']),
      port.ask(['chronyc', '-n', '-c', 'tracking']),
    ]);
    return { timedatectl, chronyc, uptime: await port.read('/proc/uptime') };
  },
  judge: judgeClock,
});

export function judgeClock({ timedatectl, chronyc, uptime }: ClockSeen): StatusFinding[] {
  const offset = chronyOffset(chronyc);
  if (offset !== null) {
    const state = stateFrom(offset, LIMITS);
    const figures = [{ name: 'clockOffset', value: offset, ...LIMITS } as const];
    return state === 'ok'
      ? [finding('hostStatus.clock.inStep', 'ok', { figures })]
      : [
          finding('hostStatus.clock.off', state, {
            values: { offset: offset.toFixed(1) },
            figures,
            hint: 'hostStatus.clock.hint',
          }),
        ];
  }
  if (timedatectl.kind === 'missing') return [];
  if (timedatectl.kind === 'late' || !/^NTPSynchronized=(?:yes|no)$/m.test(timedatectl.text))
    return [notKnown('timedatectl', timedatectl, { isRoot: true })];
  if (/^NTPSynchronized=yes$/m.test(timedatectl.text)) return [finding('hostStatus.clock.inStep', 'ok')];
  if (/^NTP=no$/m.test(timedatectl.text) && chronyc.kind === 'missing')
    return [finding('hostStatus.clock.nobody', 'warning', { hint: 'hostStatus.clock.hint' })];
  const isNew = Number.parseFloat(uptime ?? '') < PATIENCE_SECONDS;
  return isNew
    ? [finding('hostStatus.clock.soon', 'unknown')]
    : [finding('hostStatus.clock.notInStep', 'warning', { hint: 'hostStatus.clock.hint' })];
}

/** Seconds; null: chrony does not run, or follows nobody. Fields: id, name, stratum, time, offset, … leap status last. */
function chronyOffset(answer: Answer): number | null {
  if (answer.kind !== 'said' || answer.exitCode !== 0) return null;
  const fields = answer.text.trim().split(',');
  const offset = Math.abs(Number.parseFloat(fields[4] ?? ''));
  return fields.length < 14 || Number.isNaN(offset) || fields.at(-1) === 'Not synchronised' ? null : offset;
}
