/** The event stream: one discriminated union, every started has its finished (design §4.3). */
import type { OutputStream } from '../actions/kind.ts';
import type { Said } from '../i18n/said.ts';

export type DomainResult = 'done' | 'failed' | 'skipped';
interface Common {
  readonly seq: number;
  /** RFC 3339 */
  readonly time: string;
  readonly run: string;
}
export type RunEvent = Common & EventBody;
export type EventBody =
  /**
   * A run begins or goes on (`resumed`); `finished`: ids that an earlier part of the run has done, which are not run
   * again.
   */
  | {
      readonly type: 'run.started';
      readonly planHash: string;
      readonly hostname: string;
      readonly resumed: boolean;
      readonly finished?: readonly string[];
      readonly actions: readonly {
        readonly id: string;
        readonly kind: string;
        readonly domain: string;
        /** In English; `said` is the same by id and values. Older streams have none. */
        readonly title: string;
        readonly said?: Said | undefined;
        readonly weight: number;
        readonly needs: readonly string[];
        /** Beside the target, or on it. Older streams do not say. */
        readonly place?: 'builder' | 'target' | undefined;
      }[];
    }
  | { readonly type: 'action.started'; readonly id: string }
  | { readonly type: 'action.output'; readonly id: string; readonly stream: OutputStream; readonly text: string }
  | {
      readonly type: 'action.progress';
      readonly id: string;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
    }
  | {
      readonly type: 'action.finished';
      readonly id: string;
      readonly result: 'done' | 'skipped' | 'failed';
      readonly seconds: number;
      readonly error?: EventError;
    }
  /** `facts`: addresses and SSH host-key fingerprints. */
  | {
      readonly type: 'domain.finished';
      readonly domain: string;
      readonly result: DomainResult;
      readonly addresses: readonly string[];
      readonly sshHostKeys: readonly string[];
    }
  | {
      readonly type: 'run.finished';
      readonly result: 'done' | 'failed' | 'interrupted';
      readonly exit: number;
      readonly seconds: number;
      readonly domains: Readonly<Record<string, DomainResult>>;
    };
/** Texts are in English; `said` is message and hint by id and values. Older streams have none. */
export interface EventError {
  readonly code: string;
  readonly message: string;
  readonly command?: string;
  readonly lastLines?: readonly string[];
  readonly hint?: string;
  readonly said?: Said | undefined;
}
