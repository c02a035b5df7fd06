/** What a person looks at while a run goes on, apart from the run itself; and what can be asked of it. */
import type { TextState } from '../inputs/text-state.ts';
import type { ExportEffect, ExportEvent, ExportState } from '../wizard/export-state.ts';
import type { KeyPress } from '../terminal/keymap.ts';
import type { LogFilter } from './log.ts';
import type { Size } from './layout.ts';

export type RunMode = 'panes' | 'log' | 'failures' | 'done' | 'keys';
/** How watching ends. `left`: the run is over. `detached`: it goes on without this screen. */
export type RunOutcome = 'left' | 'detached' | 'retry' | 'edit' | 'reboot' | 'boot';

/** What is possible here; a key of anything else does nothing and is not shown. */
export interface RunAbilities {
  /** The run goes on when this screen is left. */
  readonly detach: boolean;
  readonly stop: boolean;
  readonly retry: boolean;
  readonly edit: boolean;
  readonly shell: boolean;
  readonly exportLog: boolean;
  readonly reboot: boolean;
  readonly boot: boolean;
  /** What the profile is called when it is taken along; null: it is not known here. */
  readonly profile: string | null;
}

export interface RunView {
  readonly size: Size;
  readonly mode: RunMode;
  /** Where `?` goes back to. */
  readonly before: RunMode;
  /** The focused pane. */
  readonly focus: number;
  readonly filter: LogFilter;
  /** Number of the last line shown; null: follow. */
  readonly bottom: number | null;
  readonly search: string;
  readonly typing: { readonly what: 'search' | 'file'; readonly field: TextState } | null;
  /** The question whether to leave, and the row of its answers that is highlighted. */
  readonly dialog: { readonly row: number } | null;
  /** Where the profile is to go. */
  readonly exporting: ExportState | null;
  /** First row of a text that is longer than its place. */
  readonly offset: number;
  readonly note: { readonly severity: 'error' | 'warning' | 'good'; readonly text: RunNote } | null;
  /** A stop was asked for and has not happened yet. */
  readonly stopping: boolean;
  /** The process of the run went away without a word. */
  readonly gone: boolean;
  /** The end's screen is left by itself unless a key is pressed. */
  readonly leaving: boolean;
  /** Counted up for a frame from scratch, and for a shell. */
  readonly redraws: number;
  readonly shells: number;
  readonly outcome: RunOutcome | null;
}
type RunNote =
  | { readonly key: 'run.noMatch'; readonly text: string }
  | { readonly key: 'run.exported'; readonly file: string }
  | { readonly key: 'run.exportFailed' | 'export.failed'; readonly reason: string }
  | { readonly key: 'export.done'; readonly file: string }
  | { readonly key: 'export.onUsbDrive' | 'export.onOpenUsbDrive'; readonly file: string; readonly usbDrive: string };

export type RunViewEvent =
  /** `textRows`: how long the text is that is shown in place of panes and log. */
  | { readonly type: 'key'; readonly press: KeyPress; readonly textRows?: number }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'began' }
  | { readonly type: 'ended'; readonly leaves: boolean }
  | { readonly type: 'gone' }
  /** Nobody has pressed a key for a while. */
  | { readonly type: 'waited' }
  | { readonly type: 'log-written'; readonly file: string }
  | { readonly type: 'log-failed'; readonly reason: string }
  | ExportEvent;
/** What leaving may mean while the run goes on; the first one is the safe one. */
export function answersOf(can: RunAbilities): ('stay' | 'detach' | 'stop')[] {
  return ['stay', ...(can.detach ? ['detach' as const] : []), ...(can.stop ? ['stop' as const] : [])];
}
export type RunEffect =
  | { readonly type: 'stop' }
  | { readonly type: 'write-log'; readonly file: string }
  | ExportEffect;

export function firstView(size: Size): RunView {
  return {
    size,
    mode: 'panes',
    before: 'panes',
    focus: 0,
    filter: null,
    bottom: null,
    search: '',
    typing: null,
    dialog: null,
    exporting: null,
    offset: 0,
    note: null,
    stopping: false,
    gone: false,
    leaving: false,
    redraws: 0,
    shells: 0,
    outcome: null,
  };
}
