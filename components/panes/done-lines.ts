/** The end of a run: what became of each domain, addresses, how to log in, what to do, where the time went. Pure. */
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { timelinePicture } from '../pictures/timeline.ts';
import { pad } from '../../src/ui/terminal/cells.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import type { Pane } from '../../src/ui/run/state.ts';
import { failureLines } from './failure-lines.ts';

const NAME = 14;

export function doneLines(snapshot: RunSnapshot, width: number, look: Look): Line[] {
  const { state, start, can } = snapshot;
  const { t } = look;
  const isDone = state.end?.result === 'done';
  return [
    ...state.panes.flatMap((pane) => domainLines(pane, snapshot, look)),
    ...(isDone ? [] : [[], plainLine(` ${t(can.retry ? 'run.goesOn' : 'run.resume')}`)]),
    ...(state.failures.length === 0
      ? []
      : [[], plainLine(` ${t('run.titleFailures')}`, 'title'), ...failureLines(state, width, look)]),
    ...timelinePicture(state.spans, width, look),
    ...(start.logPath === undefined ? [] : [[], plainLine(` ${t('run.log', { file: start.logPath })}`, 'quiet')]),
  ];
}

function domainLines(pane: Pane, { start }: RunSnapshot, { t, show }: Look): Line[] {
  const { domain, result, addresses, sshHostKeys } = pane;
  const word = result === 'done' ? t('run.done') : pane.failed > 0 ? t('run.failed') : t('run.notFinished');
  const head: Line = [
    { text: ` ${pad(show(domain), NAME)} `, style: 'title' },
    { text: pad(word, 14), style: result === 'done' ? 'good' : pane.failed > 0 ? 'error' : 'warning' },
    { text: addresses.join(' ') },
  ];
  if (result !== 'done' || domain === 'host') return [head];
  return [
    head,
    ...loginTexts(pane, start.logins?.[domain], t).map((text) => plainLine(`     ${text}`)),
    ...sshHostKeys.map((key) =>
      plainLine(`     ${t('run.hostKey', { key: key.replace(/^\d+ (\S+) .*\((\S+)\)$/, '$1 ($2)') })}`, 'quiet'),
    ),
  ];
}

/** Nothing where it is not known (a replay). */
function loginTexts(
  { domain, addresses }: Pane,
  login: NonNullable<RunSnapshot['start']['logins']>[string] | undefined,
  t: Look['t'],
): string[] {
  if (login === undefined) return [];
  if (login === null) return [t('summary.nobody')];
  const { user, byKey, bySshPassword, byPassword, root } = login;
  const address = addresses[0]?.split('/')[0];
  return [
    ...(byKey
      ? [address === undefined ? t('run.login.sshSomewhere', { user }) : t('run.login.ssh', { user, address })]
      : []),
    ...(bySshPassword && address !== undefined ? [t('run.login.sshPassword', { user, address })] : []),
    ...(byPassword
      ? [domain === 'dom0' ? t('run.login.console', { user }) : t('run.login.xlConsole', { user, name: domain })]
      : []),
    ...(root === 'free' ? [t('ways.rootFree')] : []),
  ];
}
