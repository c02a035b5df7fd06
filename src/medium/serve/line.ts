/** One line for a terminal whenever something about a machine is worth one. Pure. */
import { inOneLine } from '../../report/domu-verdict.ts';
import { formatSeconds } from '../../report/estimate.ts';
import type { MachineView } from './machine.ts';

const STEP_PERCENT = 10;
const WIDTH = 20;

/** Is what changed worth a line? */
export function isNews(before: MachineView | null, after: MachineView): boolean {
  if (before === null || before.state !== after.state || before.hostname !== after.hostname) return true;
  if (after.failure !== null && after.failure.message !== before.failure?.message) return true;
  return after.state !== 'running' ? before.lastTime !== after.lastTime && before.phase !== after.phase : Math.floor(after.percent / STEP_PERCENT) > Math.floor(before.percent / STEP_PERCENT);
}

/** Time (UTC), host, bar, what it does; below it what failed since `before`, and at the last word each domain. */
export function machineLines(view: MachineView, before: MachineView | null): string {
  const { hostname, state, percent, phase, secondsLeft, failure, domains } = view;
  const bar = `${'#'.repeat(Math.round((percent / 100) * WIDTH)).padEnd(WIDTH, '.')} ${String(percent).padStart(3)} %`;
  const lines = [`${view.lastTime.slice(11, 19)} ${hostname.padEnd(20)} ${bar}  ${phase}${secondsLeft === null ? '' : `, about ${formatSeconds(secondsLeft)} left`}`];
  if (failure !== null && state !== 'up' && failure.message !== before?.failure?.message) lines.push(`         ${failure.domain}: ${failure.message} [${failure.code}]`, ...(failure.hint === null ? [] : [`         hint: ${failure.hint}`]));
  if (state === 'up' || state === 'failed') for (const domain of domains) lines.push(`         ${domain.name.padEnd(12)} ${domain.state}${domain.addresses.length === 0 ? '' : `  ${domain.addresses.join(' ')}`}${domain.why === null ? '' : `  ${domain.why}`}`);
  // What was sent from elsewhere must not draw on this terminal, nor make lines of its own.
  return `${lines.map(inOneLine).join('\n')}\n`;
}
