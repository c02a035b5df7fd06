/** What the host's screen knows, and what a person looks at in it. Plain data. */
import type { Overview } from '../../host/overview/overview.ts';
import type { DomainFigures } from '../../host/overview/figures.ts';
import type { StatusReport } from '../../host/status/report.ts';
import type { TextState } from '../inputs/text-state.ts';
import type { KeyPress } from '../terminal/keymap.ts';
import type { ActionRow } from './actions.ts';
import type { Size } from './layout.ts';

/** A command at work, or one that has ended, with what it said last. */
export interface Task {
  readonly id: number;
  readonly name: string;
  readonly action: ActionRow;
  readonly arguments: readonly string[];
  readonly lines: readonly string[];
  /** Its exit code; null: it is still at work. */
  readonly code: number | null;
}
/** What is known of the host. */
export interface HostState {
  /** Null: nobody has looked yet. */
  readonly overview: Overview | null;
  /** Of one processor, by the number of the domain. */
  readonly shares: ReadonlyMap<number, number>;
  /** The last figures, which the next are compared with. */
  readonly figures: { readonly domains: readonly DomainFigures[]; readonly ms: number } | null;
  readonly status: StatusReport | null;
  readonly isChecking: boolean;
  /** The last ones, oldest first. */
  readonly tasks: readonly Task[];
}

/** A text in place of the list. */
export type TextName = 'findings' | 'network' | 'said' | 'keys';
/** What is in place of the list. */
export type HostDialog =
  | { readonly kind: 'menu'; readonly name: string; readonly row: number }
  | {
      readonly kind: 'confirm';
      readonly name: string;
      readonly action: ActionRow;
      readonly typed: string;
      /** The first answer changes nothing. */
      readonly row: number;
    }
  | { readonly kind: 'ask'; readonly name: string; readonly action: ActionRow; readonly field: TextState }
  | { readonly kind: 'text'; readonly text: TextName; readonly offset: number };

export interface HostView {
  readonly size: Size;
  /** The DomU with the highlight; where it was, when that is gone. */
  readonly chosen: { readonly name: string | null; readonly index: number };
  readonly filter: string;
  /** Null: nothing is being searched for. */
  readonly search: TextState | null;
  readonly dialog: HostDialog | null;
  /** The task whose end, or beginning, is told; null: it was read. */
  readonly told: number | null;
  /** Counts up to have everything drawn again. */
  readonly redraws: number;
  readonly outcome: HostOutcome | null;
}
export type HostOutcome = 'left' | 'add';

export type HostEvent =
  /** `textRows`: how long the text is that is shown in place of the list. */
  | { readonly type: 'key'; readonly press: KeyPress; readonly textRows?: number }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number };

/** What keys have done; whoever carries it out tells the state. */
export type HostEffect =
  | { readonly type: 'run'; readonly name: string; readonly action: ActionRow; readonly arguments: readonly string[] }
  | { readonly type: 'look' }
  | { readonly type: 'check' };

export const NOTHING_KNOWN: HostState = {
  overview: null,
  shares: new Map(),
  figures: null,
  status: null,
  isChecking: false,
  tasks: [],
};

export function firstHostView(size: Size): HostView {
  return {
    size,
    chosen: { name: null, index: 0 },
    filter: '',
    search: null,
    dialog: null,
    told: null,
    redraws: 0,
    outcome: null,
  };
}
