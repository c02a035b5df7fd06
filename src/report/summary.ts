/** What people read when a run has ended: each domain's result, how to log in, what to do next, where the time went. */
import type { DomainResult, RunEvent } from '../engine/events.ts';
import { EXIT } from '../errors.ts';
import type { Login } from '../profile/ways-in.ts';
import { cleanText } from '../clean-text.ts';
import { english } from '../i18n/english.ts';
import { HowFar, type FarRun } from './how-far.ts';
import { formatSeconds } from '../i18n/seconds.ts';
import { errorText, INTERRUPTED, resultText } from './plain.ts';
import { timelineLines, type Span } from './timeline.ts';

export interface SummaryOptions {
  /** How to log in, by domain (`dom0`, DomUs); null: nobody can. Absent (a replay): not known. */
  readonly logins?: Readonly<Record<string, Login | null>>;
  readonly logPath?: string;
  /** The command that goes on with this run. */
  readonly resumeCommand?: string;
}

interface DomainSummary {
  result: DomainResult;
  addresses: readonly string[];
  keys: readonly string[];
}

/** Collects events; `text` may be asked for at any time, also after a replay. */
export class Summary {
  readonly #domains = new Map<string, DomainSummary>();
  readonly #titles = new Map<string, { title: string; domain: string }>();
  readonly #started = new Map<string, number>();
  readonly #spans: Span[] = [];
  readonly #failures = new Map<string, string>();
  readonly #far = new HowFar();
  #head = english('run.notFinished');
  #exit: number | null = null;

  follow(event: RunEvent): void {
    this.#far.follow(event);
    if (event.type === 'run.started') {
      for (const { id, title, domain } of event.actions) this.#titles.set(id, { title, domain });
      this.#failures.clear();
    } else if (event.type === 'action.started') {
      this.#started.set(event.id, Date.parse(event.time));
    } else if (event.type === 'action.finished') {
      const { title, domain } = this.#titles.get(event.id) ?? { title: event.id, domain: event.id };
      const fromMs = this.#started.get(event.id);
      if (fromMs !== undefined && event.result === 'done')
        this.#spans.push({ id: event.id, domain, title, fromMs, toMs: Date.parse(event.time) });
      // What was stopped with the run did not fail.
      if (event.result === 'failed' && event.error !== undefined && event.error.code !== INTERRUPTED)
        this.#failures.set(event.id, `${domain}: ${title}\n${errorText(event.error)}`);
      if (event.result === 'done') this.#failures.delete(event.id);
    } else if (event.type === 'domain.finished') {
      this.#domains.set(event.domain, { result: event.result, addresses: event.addresses, keys: event.sshHostKeys });
    } else if (event.type === 'run.finished') {
      this.#exit = event.exit;
      this.#head = english('runText.ended', { result: resultText(event.result), time: formatSeconds(event.seconds) });
    }
  }

  text(options: SummaryOptions = {}): string {
    const lines = ['', english('runText.head', { how: this.#head })];
    const isStopped = this.#exit === EXIT.interrupted;
    for (const [name, domain] of [...this.#domains].sort(([a], [b]) => rank(a) - rank(b)))
      lines.push(
        ...domainLines(
          name,
          domain,
          isStopped,
          options.logins !== undefined && Object.hasOwn(options.logins, name) ? options.logins[name] : undefined,
        ),
      );
    if (this.#failures.size > 0)
      lines.push(
        '',
        english('runText.failures'),
        ...[...this.#failures.values()].flatMap((text) =>
          text
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        ),
      );
    if (this.#exit !== 0) lines.push(...soFarLines(this.#far.get()));
    const timeline = timelineLines(this.#spans);
    if (timeline.length > 0) lines.push('', ...timeline);
    if (options.logPath !== undefined) lines.push('', english('runText.log', { path: options.logPath }));
    if (this.#exit !== 0 && options.resumeCommand !== undefined)
      lines.push(english('cli.resumeWith', { command: options.resumeCommand }));
    return cleanText(`${lines.join('\n')}\n`);
  }
}

/** Where a run stands that did not come to its end, and what is safe. */
function soFarLines(far: FarRun | null): string[] {
  if (far === null) return [];
  const { done, total, isWritten, at } = far;
  const key = isWritten ? 'run.soFar.written' : 'run.soFar.unwritten';
  return [
    '',
    ...(at === null ? [] : [english('runText.lastStep', { domain: at.domain, title: at.title })]),
    ...english('runText.soFar', { what: english(key, { done, total }) })
      .split('; ')
      .map((part, index, all) => `${index === 0 ? '' : '        '}${part}${index === all.length - 1 ? '' : ';'}`),
  ];
}

/** The host and Dom0 first; the DomUs as they were finished. */
function rank(domain: string): number {
  return domain === 'host' ? 0 : domain === 'dom0' ? 1 : 2;
}

function domainLines(
  name: string,
  domain: DomainSummary,
  isStopped: boolean,
  login: Login | null | undefined,
): string[] {
  const result = isStopped && domain.result !== 'done' ? english('run.notFinished') : resultText(domain.result);
  const lines = [
    `  ${name.padEnd(12)} ${result}${domain.addresses.length > 0 ? `  ${domain.addresses.join(' ')}` : ''}`,
  ];
  if (domain.result === 'done' && name !== 'host' && login !== undefined)
    lines.push(
      `      ${english('runText.login.title', { how: loginText(name, domain.addresses[0]?.split('/')[0] ?? null, login) })}`,
    );
  for (const line of domain.keys) {
    const key = line.replace(/^\d+ (\S+) .*\((\S+)\)$/, '$1 ($2)');
    lines.push(`      ${english('runText.hostKey', { key })}`);
  }
  return lines;
}

function loginText(name: string, address: string | null, login: Login | null): string {
  if (login === null) return english('runText.login.nobody');
  const ssh = sshText(address, login);
  const console = login.byPassword ? consoleText(name, login, ssh !== null) : null;
  const how =
    ssh !== null && console !== null
      ? english('runText.login.either', { first: ssh, second: console })
      : (ssh ?? console ?? '');
  if (login.root === 'itself') return how;
  return english(login.root === 'free' ? 'runText.login.sudoFree' : 'runText.login.sudo', { how });
}

/** Null: not by SSH. */
function sshText(address: string | null, { user, byKey, bySshPassword }: Login): string | null {
  if (!byKey && !bySshPassword) return null;
  if (address === null)
    return english(byKey ? 'runText.login.sshSomewhere' : 'runText.login.sshSomewherePassword', { user });
  const command = `ssh ${user}@${address}`;
  return byKey ? command : english('runText.login.sshPassword', { command });
}

/** `isSaid`: who logs in stands before it. */
function consoleText(name: string, { user }: Login, isSaid: boolean): string {
  const how = name === 'dom0' ? english('runText.login.console') : english('runText.login.xlConsole', { name });
  return isSaid ? how : english('runText.login.as', { user, how });
}
