/** One line for a terminal whenever something about a machine is worth one. Pure. */
import { english } from '../i18n/english.ts';
import { cleanLine } from '../clean-text.ts';
import { formatSeconds } from '../i18n/seconds.ts';
import type { MachineView } from './machine.ts';

const STEP_PERCENT = 10;
const WIDTH = 20;
/** More of a text is on the page. */
const MOST = 500;

/** Is what changed worth a line? */
export function isNews(before: MachineView | null, after: MachineView): boolean {
  if (before === null || before.state !== after.state || before.hostname !== after.hostname) return true;
  if (after.failure !== null && after.failure.message !== before.failure?.message) return true;
  return after.state !== 'running'
    ? before.lastTime !== after.lastTime && before.phase !== after.phase
    : Math.floor(after.percent / STEP_PERCENT) > Math.floor(before.percent / STEP_PERCENT);
}

/** Time (UTC), host, bar, what it does; below it what failed since `before`, and at the last word each domain. */
export function machineLines(view: MachineView, before: MachineView | null): string {
  const { hostname, state, percent, phase, secondsLeft, failure, domains } = view;
  const bar = `${'#'.repeat(Math.round((percent / 100) * WIDTH)).padEnd(WIDTH, '.')} ${String(percent).padStart(3)} %`;
  // What was sent from elsewhere must not draw on this terminal, nor pass for the line of another machine.
  const said = (text: string): string => cleanLine(text, MOST);
  const doing =
    secondsLeft === null
      ? said(phase)
      : english('rackPage.doingLeft', { phase: said(phase), left: formatSeconds(secondsLeft) });
  const lines = [`${view.lastTime.slice(11, 19)} ${said(hostname).padEnd(20)} ${bar}  ${doing}`];
  if (failure !== null && state !== 'up' && failure.message !== before?.failure?.message)
    lines.push(
      `         ${said(failure.domain)}: ${said(failure.message)} [${said(failure.code)}]`,
      ...(failure.hint === null ? [] : [`         ${english('run.hint', { hint: said(failure.hint) })}`]),
    );
  if (state === 'up' || state === 'failed')
    for (const domain of domains)
      lines.push(
        `         ${said(domain.name).padEnd(12)} ${domain.state}${domain.addresses.length === 0 ? '' : `  ${said(domain.addresses.join(' '))}`}${domain.why === null ? '' : `  ${said(domain.why)}`}`,
      );
  return `${lines.join('\n')}\n`;
}
