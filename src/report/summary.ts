/** What people read when a run has ended: each domain's result, how to log in, what to do next, where the time went. */
import type { DomainResult, RunEvent } from '../engine/events.ts';
import { formatSeconds } from './estimate.ts';
import { errorText } from './plain.ts';
import { timelineLines, type Span } from './timeline.ts';

export interface SummaryOptions {
  /** Users to log in as, by domain (`dom0`, DomUs); null or absent: nobody can. */
  readonly users?: Readonly<Record<string, string | null>>;
  readonly logPath?: string;
  /** The command that goes on with this run. */
  readonly resumeCommand?: string;
}

interface DomainSummary { result: DomainResult; addresses: readonly string[]; keys: readonly string[] }

/** Collects events; `text` may be asked for at any time, also after a replay. */
export class Summary {
  readonly #domains = new Map<string, DomainSummary>();
  readonly #titles = new Map<string, { title: string; domain: string }>();
  readonly #started = new Map<string, number>();
  readonly #spans: Span[] = [];
  readonly #failures = new Map<string, string>();
  #head = 'not finished';
  #exit: number | null = null;

  follow(event: RunEvent): void {
    if (event.type === 'run.started') {
      for (const { id, title, domain } of event.actions) this.#titles.set(id, { title, domain });
      this.#failures.clear();
    } else if (event.type === 'action.started') {
      this.#started.set(event.id, Date.parse(event.time));
    } else if (event.type === 'action.finished') {
      const { title, domain } = this.#titles.get(event.id) ?? { title: event.id, domain: event.id };
      const fromMs = this.#started.get(event.id);
      if (fromMs !== undefined && event.result === 'done') this.#spans.push({ id: event.id, domain, title, fromMs, toMs: Date.parse(event.time) });
      if (event.result === 'failed' && event.error !== undefined) this.#failures.set(event.id, `${domain}: ${title}\n${errorText(event.error)}`);
      if (event.result === 'done') this.#failures.delete(event.id);
    } else if (event.type === 'domain.finished') {
      this.#domains.set(event.domain, { result: event.result, addresses: event.addresses, keys: event.sshHostKeys });
    } else if (event.type === 'run.finished') {
      this.#exit = event.exit;
      this.#head = `${event.result} after ${formatSeconds(event.seconds)}`;
    }
  }

  text(options: SummaryOptions = {}): string {
    const lines = ['', `Run ${this.#head}`];
    for (const [name, domain] of this.#domains) lines.push(...domainLines(name, domain, options.users?.[name]));
    if (this.#failures.size > 0) lines.push('', 'Failed', ...[...this.#failures.values()].flatMap((text) => text.trimEnd().split('\n').map((line) => `  ${line}`)));
    const timeline = timelineLines(this.#spans);
    if (timeline.length > 0) lines.push('', ...timeline);
    if (options.logPath !== undefined) lines.push('', `Log: ${options.logPath}`);
    if (this.#exit !== 0 && options.resumeCommand !== undefined) lines.push(`Go on with: ${options.resumeCommand}`);
    return `${lines.join('\n')}\n`;
  }
}

function domainLines(name: string, domain: DomainSummary, user: string | null | undefined): string[] {
  const address = domain.addresses[0]?.split('/')[0];
  const lines = [`  ${name.padEnd(12)} ${domain.result}${domain.addresses.length > 0 ? `  ${domain.addresses.join(' ')}` : ''}`];
  if (domain.result === 'done' && name !== 'host' && user != null) lines.push(`      log in: ${address === undefined ? `as ${user}; its address comes by DHCP` : `ssh ${user}@${address}`}${name === 'dom0' ? '' : ` or, in Dom0, xl console ${name}`}`);
  if (domain.result === 'done' && name !== 'host' && user === null) lines.push('      log in: nobody can, the profile gives no key and no password');
  for (const key of domain.keys) lines.push(`      host key: ${key}`);
  return lines;
}
