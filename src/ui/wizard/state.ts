/** The state of the wizard, what happens to it, and what it asks the world to do. Plain data. */
import type { ScreenLocales } from '../../i18n/locales.ts';
import type { TextKey } from '../../i18n/t.ts';
import type { LocatedFinding } from '../../check/finding.ts';
import type { DiskFacts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Login } from '../../profile/ways-in.ts';
import type { SelectState } from '../inputs/select-state.ts';
import type { TextState } from '../inputs/text-state.ts';
import type { ExportEffect, ExportEvent, ExportState } from './export-state.ts';
import type { KeyPress } from '../terminal/keymap.ts';
import type { ScreenId } from '../questions/screen.ts';
import type { Environment } from '../answers/environment.ts';
import type { Draft, Path, Plain } from '../answers/draft.ts';
import type { ProbedMedium, WantedMedium } from '../answers/environment.ts';

/** What is needed to start: nothing, the name of what will be lost, or that errors are put right first. */
export type Gate =
  | { readonly kind: 'errors' }
  | { readonly kind: 'not-root' }
  | {
      readonly kind: 'waiting';
      /** The medium that is looked into; null: the image is looked for. */
      readonly medium: string | null;
    }
  | { readonly kind: 'free'; readonly goesOn: boolean }
  | { readonly kind: 'type'; readonly name: string };

/** What the review shows of the answers and the machine; nothing that is typed or scrolled in it. */
export interface ReviewView {
  /** Null while there are errors. */
  readonly plan: Plan | null;
  readonly findings: readonly LocatedFindingLike[];
  readonly gate: Gate;
  /** The disk of this machine that will be overwritten. */
  readonly disk: DiskFacts | null;
  /** The image, where one is made. */
  readonly file: string;
  readonly isThere: boolean;
  /** Paths of a loaded profile that no screen asks for. */
  readonly kept: readonly string[];
  /** By domain. */
  readonly logins: Readonly<Record<string, Login | null>>;
}

/** Where one is; `domu` counts from 0 on a DomU's screens. */
export interface Place {
  readonly screen: ScreenId;
  readonly domu: number | null;
}

/** What is being typed or moved in, in the field that has the focus. */
export type Input =
  | { readonly kind: 'text'; readonly text: TextState }
  /** One entry a line; `row` is the entry being edited, or one past the last. */
  | { readonly kind: 'lines'; readonly row: number; readonly text: TextState }
  /** `first`: typed once already, waits for the second time. Never saved. */
  | { readonly kind: 'password'; readonly text: TextState; readonly first: string | null; readonly isHashing: boolean }
  | { readonly kind: 'rows'; readonly select: SelectState }
  | { readonly kind: 'none' };

/** `row`: which answer is highlighted. The first one is the one that loses nothing. */
export type Dialog =
  | { readonly kind: 'keys'; readonly offset: number }
  | { readonly kind: 'leave'; readonly row: number }
  | { readonly kind: 'draft'; readonly saved: SavedDraft; readonly row: number }
  | { readonly kind: 'export'; readonly export: ExportState };

interface Message {
  readonly key: TextKey;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  readonly isTrouble?: boolean;
}

/** What is known of the image file that is the target. */
export interface ImageStatus {
  readonly file: string;
  readonly exists: boolean;
  /** Hash of the plan it was begun with. */
  readonly planHash: string | null;
}

export interface SavedDraft {
  readonly draft: Draft;
  readonly place: Place;
  readonly asksAll: boolean;
  readonly time: string;
}

export interface WizardState {
  readonly draft: Draft;
  /** Null while this machine is being looked at. */
  readonly environment: Environment | null;
  readonly place: Place;
  /** Languages this terminal can show. */
  readonly locales: ScreenLocales;
  /** False after a profile was loaded: screens that have all they need are passed over. */
  readonly asksAll: boolean;
  /** The only screens an unattended run stops at; null in the wizard itself. */
  readonly stops: readonly ScreenId[] | null;
  /** DomUs are added to a host that exists: only they are asked for, and those before this number are the host's. */
  readonly added: { readonly from: number } | null;
  /** Index among the shown fields; one past the last is Continue. */
  readonly focus: number;
  /** Which of several things of a kind the screen is about; the last one where there are fewer. */
  readonly item: number;
  /** What was there before the last removal of one of them. */
  readonly undoItem: {
    readonly path: Path;
    readonly list: Plain | undefined;
    readonly item: number;
    readonly name: string;
  } | null;
  readonly input: Input;
  /** The values of the field with the focus, as a list. */
  readonly picker: SelectState | null;
  readonly dialog: Dialog | null;
  /** Names of packages, looked up when one first searches for one. Null names: not yet. */
  readonly packages: { readonly names: readonly string[] | null; readonly isAsked: boolean };
  /** The list of DomUs: which row, and what is searched for. Rows past the last DomU are Add and Continue. */
  readonly list: { readonly row: number; readonly filter: string | null };
  /** DomUs before the last removal, and who was removed. */
  readonly undo: { readonly domus: readonly Plain[]; readonly name: string } | null;
  readonly review: {
    readonly scroll: number;
    readonly typed: TextState;
    readonly image: ImageStatus | null;
    /** Null on every other screen. */
    readonly view: ReviewView | null;
  };
  readonly findings: readonly LocatedFindingLike[];
  readonly message: Message | null;
  readonly size: { readonly columns: number; readonly rows: number };
  /** Counts up to have everything drawn again. */
  readonly redraws: number;
  readonly outcome: 'install' | 'left' | null;
}
export type LocatedFindingLike = Omit<LocatedFinding, 'file' | 'line' | 'column'>;

export type WizardEvent =
  | { readonly type: 'key'; readonly press: KeyPress }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'environment'; readonly environment: Environment; readonly isRescan: boolean }
  | { readonly type: 'hashed'; readonly place: Place; readonly field: string; readonly hash: string }
  | { readonly type: 'hash-failed'; readonly reason: string }
  | { readonly type: 'image'; readonly status: ImageStatus }
  | { readonly type: 'medium'; readonly medium: ProbedMedium }
  | ExportEvent
  | { readonly type: 'packages'; readonly names: readonly string[] }
  | { readonly type: 'findings'; readonly draft: Draft; readonly findings: readonly LocatedFindingLike[] };

/** What the world is asked to do; whoever carries it out answers with an event. */
export type Effect =
  | { readonly type: 'save' }
  | { readonly type: 'forget' }
  | { readonly type: 'probe' }
  | { readonly type: 'find-packages' }
  | { readonly type: 'hash'; readonly password: string; readonly place: Place; readonly field: string }
  | { readonly type: 'look-at-image'; readonly file: string }
  | { readonly type: 'look-at-medium'; readonly wanted: WantedMedium }
  | ExportEffect;

export interface Step {
  readonly state: WizardState;
  readonly effects: readonly Effect[];
}
