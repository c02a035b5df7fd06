/** What a look at the host's state may do: read files and ask tools, each within a time limit. It changes nothing. */
import type { ProbePort } from '../../facts/probe-port.ts';

/** A tool's answer. `late`: none within the limit; `missing`: the tool is not installed, or cannot be started. */
export type Answer =
  | { readonly kind: 'said'; readonly exitCode: number; readonly text: string; readonly trouble: string }
  | { readonly kind: 'late' }
  | { readonly kind: 'missing' };

/** A check of a DomU's health that Dom0 asks: `DomuRecord.health`. */
export type HealthCheck = { readonly tcp: number } | { readonly http: string; readonly status: number };

export interface StatusPort extends ProbePort {
  /** Asks a tool; never throws, never waits longer than the limit (ms; default 10,000). */
  ask(argv: readonly string[], limitMs?: number): Promise<Answer>;
  /** Null: well; else why not, in English. Within 10 s. */
  healthy(check: HealthCheck, address: string): Promise<string | null>;
  /** After so many ms. */
  pause(ms: number): Promise<void>;
  /** The time, in ms since 1970. */
  now(): number;
  readonly isRoot: boolean;
}

/** What a tool said, where it ended well; null otherwise. */
export function textOf(answer: Answer): string | null {
  return answer.kind === 'said' && answer.exitCode === 0 ? answer.text : null;
}
