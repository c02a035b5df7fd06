/** What a check of the host's state finds, as data: words by id and values, figures for monitors. Pure. */
import type { TextKey } from '../../i18n/keys.ts';
import type { Phrase, Word } from '../../i18n/phrase.ts';
import { cleanLine } from '../../clean-text.ts';
import type { FigureName } from './figures.ts';
import type { Answer, StatusPort } from './port.ts';

export const STATES = ['ok', 'warning', 'critical', 'unknown'] as const;
export type State = (typeof STATES)[number];

/** A measured value, in the unit of its row in figures.ts, with the limits that `state` went by. */
export interface Figure {
  readonly name: FigureName;
  readonly value: number;
  readonly warning?: number;
  readonly critical?: number;
}

export interface StatusFinding {
  /** The text in locales/ without its group: `raid.degraded`. It stays the same when the words change. */
  readonly id: string;
  readonly state: State;
  /** What it is about: a DomU, an array, a disk; null: the host. */
  readonly subject: string | null;
  readonly message: Phrase;
  readonly hint?: Phrase;
  readonly figures: readonly Figure[];
}

interface More {
  readonly subject?: string;
  readonly values?: Readonly<Record<string, Word>>;
  readonly hint?: TextKey;
  readonly figures?: readonly Figure[];
}

/** Enough for a sentence of a tool; guests and tools write without end. */
const MOST_CHARACTERS = 300;

/** A finding in the words `hostStatus.…`. Strings of the machine are cleaned here: they may be a guest's. */
export function finding(
  key: TextKey,
  state: State,
  { subject, values = {}, hint, figures = [] }: More = {},
): StatusFinding {
  const clean = Object.fromEntries(
    Object.entries({ ...(subject === undefined ? {} : { subject }), ...values }).map(([name, value]) => [
      name,
      typeof value === 'string' ? told(value) : value,
    ]),
  );
  return {
    id: key.replace(/^hostStatus\./, ''),
    state,
    subject: subject === undefined ? null : told(subject),
    message: { key, values: clean },
    ...(hint === undefined ? {} : { hint: { key: hint, values: clean } }),
    figures,
  };
}

/** One line of somebody else's text. */
export function told(text: string): string {
  return cleanLine(text, MOST_CHARACTERS).replaceAll(/\s+/g, ' ').trim();
}

/** Nobody knows: the tool did not answer in time, failed, or lets only root ask. */
export function notKnown(what: string, answer: Answer, port: Pick<StatusPort, 'isRoot'>): StatusFinding {
  if (answer.kind === 'late') return finding('hostStatus.unknown.late', 'unknown', { values: { what } });
  if (!port.isRoot) return finding('hostStatus.unknown.root', 'unknown', { values: { what } });
  const why = answer.kind === 'said' ? told(answer.trouble || answer.text || `exit code ${answer.exitCode}`) : '';
  return why === ''
    ? finding('hostStatus.unknown.missing', 'unknown', { values: { what } })
    : finding('hostStatus.unknown.failed', 'unknown', { values: { what, why } });
}

/** By limits from which on a value is too high. */
export function stateFrom(
  value: number,
  { warning, critical }: { readonly warning: number; readonly critical: number },
): State {
  if (value >= critical) return 'critical';
  return value >= warning ? 'warning' : 'ok';
}

/** Of several: critical before warning before unknown; without any, ok. */
export function worst(states: readonly State[]): State {
  return (['critical', 'warning', 'unknown'] as const).find((state) => states.includes(state)) ?? 'ok';
}

/** A check: one file beside this one, one row in `checks/table.ts`. `judge` is pure, so that tests need no machine. */
export interface Check<Seen> {
  /** As monitors name it: `raid`. */
  readonly name: string;
  look(port: StatusPort): Promise<Seen>;
  /** Nothing: this host has nothing of the kind. */
  judge(seen: Seen): readonly StatusFinding[];
}

/** A check as the table has it. */
export interface CheckRow {
  readonly name: string;
  run(port: StatusPort): Promise<readonly StatusFinding[]>;
}

export function row<Seen>(check: Check<Seen>): CheckRow {
  return { name: check.name, run: async (port) => check.judge(await check.look(port)) };
}
