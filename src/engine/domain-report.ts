/** What is known of each domain of a run: how its actions stand, the addresses and host keys it reported. */
import type { Action } from '../plan/action.ts';
import type { DomainResult } from './events.ts';
import type { ReportedFact } from './journal.ts';

export type State = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

export class DomainReport {
  readonly #actions = new Map<string, string[]>();
  readonly #addresses = new Map<string, Set<string>>();
  readonly #keys = new Map<string, Set<string>>();
  readonly #stateOf: (id: string) => State | undefined;

  constructor(actions: readonly Action[], stateOf: (id: string) => State | undefined) {
    for (const action of actions) {
      const own = this.#actions.get(action.domain);
      if (own === undefined) this.#actions.set(action.domain, [action.id]);
      else own.push(action.id);
    }
    this.#stateOf = stateOf;
  }

  get names(): string[] {
    return [...this.#actions.keys()];
  }

  remember(domain: string, fact: ReportedFact): void {
    const add = (map: Map<string, Set<string>>, value: string | undefined): void => {
      if (value !== undefined) map.set(domain, (map.get(domain) ?? new Set()).add(value));
    };
    add(this.#addresses, fact.address);
    add(this.#keys, fact.sshHostKey);
  }

  isOver(domain: string): boolean {
    return !this.#states(domain).some((state) => state === 'waiting' || state === 'running');
  }

  result(domain: string): DomainResult {
    const states = this.#states(domain);
    if (states.every((state) => state === 'done')) return 'done';
    return states.includes('failed') ? 'failed' : 'skipped';
  }

  facts(domain: string): { addresses: string[]; sshHostKeys: string[] } {
    return { addresses: [...(this.#addresses.get(domain) ?? [])], sshHostKeys: [...(this.#keys.get(domain) ?? [])] };
  }

  #states(domain: string): (State | undefined)[] {
    return (this.#actions.get(domain) ?? []).map(this.#stateOf);
  }
}
