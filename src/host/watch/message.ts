/** What is sent of the changes of a host: a mail, or JSON. Findings are clean of control characters already. Pure. */
import type { StatusReport } from '../status/report.ts';
import type { Watched, WatchChanges } from './changes.ts';

/** Whoever looks after the host: where root's mail goes is the mail server's to say. */
const RECIPIENT = 'root';

type Changes = Pick<WatchChanges, 'news' | 'ended'>;
type Host = Pick<StatusReport, 'hostname' | 'time' | 'state'>;

/** The whole mail, as sendmail(8) reads it. */
export function mailOf(host: Host, changes: Changes): string {
  return [
    `To: ${RECIPIENT}`,
    `Subject: ${host.hostname}: ${host.state}`,
    'Content-Type: text/plain; charset=utf-8',
    'Auto-Submitted: auto-generated',
    '',
    linesOf(changes),
    '',
  ].join('\n');
}

/** One line a change; below it what to do. */
export function linesOf({ news, ended }: Changes): string {
  return [
    ...news.flatMap((one) => [lineOf(one, one.state), ...(one.hint === null ? [] : [`    ${one.hint}`])]),
    ...ended.map((one) => lineOf(one, `${one.state} -> ok`)),
  ].join('\n');
}

function lineOf({ check, message }: Watched, state: string): string {
  return `${state}  ${check}: ${message}`;
}

/** The body of a POST. */
export function jsonOf({ hostname, time, state }: Host, { news, ended }: Changes): string {
  return `${JSON.stringify({ version: 1, hostname, time, state, news, ended })}\n`;
}
