/** From keys to what is looked at. Pure; the run itself is only read. */
import { textEditOf } from '../inputs/text-keys.ts';
import { editText, textState } from '../inputs/text-state.ts';
import {
  exportAnswered,
  exportedText,
  exportKey,
  exportPaste,
  OPENED,
  type ExportEvent,
} from '../wizard/export-state.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { layoutOf } from './layout.ts';
import type { RunState } from './state.ts';
import {
  answersOf,
  type RunAbilities,
  type RunEffect,
  type RunMode,
  type RunOutcome,
  type RunView,
  type RunViewEvent,
} from './view.ts';

export interface RunStep {
  readonly view: RunView;
  readonly effects: readonly RunEffect[];
}
interface Context {
  readonly view: RunView;
  readonly state: RunState;
  readonly can: RunAbilities;
  readonly textRows: number;
}

const LOG_FILE = 'xenwright-log.txt';

export function reduceRun(view: RunView, event: RunViewEvent, state: RunState, can: RunAbilities): RunStep {
  const only = (changes: Partial<RunView>): RunStep => changed(view, changes);
  switch (event.type) {
    case 'key':
      return keyPressed({ view, state, can, textRows: event.textRows ?? 0 }, event.press);
    case 'paste':
      return view.exporting !== null
        ? only({ exporting: exportPaste(view.exporting, event.text) })
        : view.typing === null
          ? only({})
          : only({ typing: { ...view.typing, field: editText(view.typing.field, { insert: event.text }) } });
    case 'resized':
      return only({ size: { columns: event.columns, rows: event.rows }, redraws: view.redraws + 1 });
    case 'began':
      return only({
        mode: view.mode === 'done' ? 'panes' : view.mode,
        stopping: false,
        focus: Math.min(view.focus, Math.max(0, state.panes.length - 1)),
      });
    case 'ended':
      return only({ mode: 'done', offset: 0, dialog: null, stopping: false, gone: false, leaving: event.leaves });
    case 'gone':
      return only({ gone: state.end === null, dialog: null, stopping: false });
    case 'waited':
      return only({ outcome: 'left' });
    case 'log-written':
      return only({ note: { severity: 'good', text: { key: 'run.exported', file: event.file } } });
    case 'log-failed':
      return only({ note: { severity: 'error', text: { key: 'run.exportFailed', reason: event.reason } } });
    case 'usb-drives':
    case 'exported':
    case 'export-shown':
    case 'export-failed':
      return only({ exporting: exportAnswered(view.exporting, event), ...noteOf(event) });
  }
}

function keyPressed(context: Context, press: KeyPress): RunStep {
  const { view } = context;
  const name = nameOf(press);
  const to = (changes: Partial<RunView>): RunStep => changed(view, changes);
  if (name === 'ctrl-l') return to({ redraws: view.redraws + 1 });
  if (view.exporting !== null) {
    const { next, effects } = exportKey(view.exporting, press, context.can.profile ?? '');
    return { view: { ...view, exporting: next, note: null, leaving: false }, effects };
  }
  if (view.dialog !== null) return answered(context, name, view.dialog.row);
  if (view.typing !== null) return typed(context, press, view.typing);
  const calm: Context =
    view.note === null && !view.leaving ? context : { ...context, view: { ...view, note: null, leaving: false } };
  if (view.mode === 'keys') return to({ mode: view.before, offset: 0 });
  return general(calm, name) ?? moved(calm, name);
}

/** Keys that mean the same everywhere. */
function general(context: Context, name: string): RunStep | null {
  return leftBy(context, name) ?? openedBy(context, name) ?? searchedBy(context, name) ?? steppedBy(context, name);
}

/** What is done with the run, and after it. */
function leftBy({ view, state, can }: Context, name: string): RunStep | null {
  const isOver = state.end !== null || view.gone;
  const isDone = state.end?.result === 'done';
  const end = (outcome: RunOutcome, may: boolean): RunStep => changed(view, may ? { outcome } : {});
  switch (name) {
    case 'ctrl-c':
    case 'q':
      return changed(view, isOver || (!can.stop && !can.detach) ? { outcome: 'left' } : { dialog: { row: 0 } });
    case 'd':
      return end('detached', can.detach && !isOver);
    case 'r':
      return end('retry', isOver && can.retry && !isDone);
    case 'e':
      return end('edit', isOver && can.edit && !isDone);
    case 'R':
      return end('reboot', can.reboot && isDone);
    case 'b':
      return end('boot', can.boot && isDone);
    default:
      return null;
  }
}

/** What is shown in place of what is there, or asked for. */
function openedBy({ view, state, can }: Context, name: string): RunStep | null {
  switch (name) {
    case '?':
      return changed(view, { mode: 'keys', before: view.mode, offset: 0 });
    case 's':
      return changed(view, can.shell ? { shells: view.shells + 1 } : {});
    case 'x':
      return changed(view, can.exportLog ? { typing: { what: 'file', field: textState(LOG_FILE) } } : {});
    case 'w':
      return changed(view, can.profile === null ? {} : { exporting: OPENED });
    case 'f':
      return changed(view, { mode: view.mode === 'failures' ? homeOf(state) : 'failures', offset: 0 });
    case 'l':
      return changed(view, { mode: view.mode === 'log' ? homeOf(state) : 'log' });
    case 'p':
      return changed(view, { mode: 'panes' });
    default:
      return null;
  }
}

/** What of the log is shown. */
function searchedBy(context: Context, name: string): RunStep | null {
  const { view, state } = context;
  switch (name) {
    case '/':
      return changed(view, {
        typing: { what: 'search', field: textState(view.search) },
        mode: hasLog(view.mode) ? view.mode : 'log',
      });
    case 'n':
    case 'N':
      return view.search === ''
        ? changed(view, {})
        : found(context, view.search, name === 'n' ? -1 : 1, view.bottom ?? state.log.last);
    case 'a':
      return changed(view, { filter: null });
    default:
      return null;
  }
}

/** A step in, and a step back. */
function steppedBy({ view, state }: Context, name: string): RunStep | null {
  switch (name) {
    case 'escape':
      if (view.filter !== null && hasLog(view.mode)) return changed(view, { filter: null });
      if (view.bottom !== null && hasLog(view.mode)) return changed(view, { bottom: null });
      return changed(view, { mode: homeOf(state), offset: 0 });
    case 'enter':
      if (view.mode === 'done') return changed(view, { outcome: 'left' });
      if (view.mode === 'panes')
        return changed(view, {
          filter: view.filter === domainAt(view, state) ? null : domainAt(view, state),
          bottom: null,
        });
      return changed(view, {});
    default:
      return null;
  }
}

function changed(view: RunView, changes: Partial<RunView>): RunStep {
  return { view: { ...view, ...changes }, effects: [] };
}

/** The screen that a run is shown on when nothing else is asked for. */
function homeOf(state: RunState): RunMode {
  return state.end === null ? 'panes' : 'done';
}

function noteOf(event: ExportEvent): Partial<RunView> {
  if (event.type === 'export-failed')
    return { note: { severity: 'error', text: { key: 'export.failed', reason: event.reason } } };
  if (event.type !== 'exported') return {};
  return { note: { severity: 'good', text: exportedText(event) } };
}

function answered({ view, can }: Context, name: string, row: number): RunStep {
  const to = (changes: Partial<RunView>): RunStep => changed(view, changes);
  const answers = answersOf(can);
  if (name === 'up' || name === 'down')
    return to({ dialog: { row: Math.max(0, Math.min(answers.length - 1, row + (name === 'up' ? -1 : 1))) } });
  if (name === 'escape') return to({ dialog: null });
  if (name !== 'enter') return to({});
  if (answers[row] === 'detach') return to({ dialog: null, outcome: 'detached' });
  return answers[row] === 'stop'
    ? { view: { ...view, dialog: null, stopping: true }, effects: [{ type: 'stop' }] }
    : to({ dialog: null });
}

const hasLog = (mode: RunMode): boolean => mode === 'panes' || mode === 'log';
const domainAt = (view: RunView, state: RunState): string | null => state.panes[view.focus]?.domain ?? null;

/** Arrows and pages: among panes, in the log, in a text. */
function moved(context: Context, name: string): RunStep {
  const { view, state } = context;
  const to = (changes: Partial<RunView>): RunStep => changed(view, changes);
  const layout = layoutOf(view.size, state.panes.length);
  if (name === 'tab' || name === 'backtab') {
    const count = Math.max(1, state.panes.length);
    return to({
      mode: hasLog(view.mode) ? view.mode : 'panes',
      ...withFilter(context, (view.focus + (name === 'tab' ? 1 : count - 1)) % count),
    });
  }
  if (view.mode === 'panes' && state.panes.length > 0) {
    const by: Readonly<Record<string, number>> = { left: -1, right: 1, up: -layout.columns, down: layout.columns };
    const step = by[name];
    if (step !== undefined) {
      const wanted = view.focus + step;
      // The last row of panes may be shorter: from above one comes to its end, not nowhere.
      const last = state.panes.length - 1;
      const isLastRow = Math.floor(view.focus / layout.columns) === Math.floor(last / layout.columns);
      return to(
        withFilter(
          context,
          wanted > last
            ? name === 'down' && !isLastRow
              ? last
              : view.focus
            : Math.max(wanted, wanted < 0 ? view.focus : 0),
        ),
      );
    }
    if (name === 'home' || name === 'end')
      return to(withFilter(context, name === 'home' ? 0 : Math.max(0, state.panes.length - 1)));
    return scrolled(context, name, layout.logRows);
  }
  if (hasLog(view.mode)) return scrolled(context, name, layout.bodyRows - 1);
  // Two rows say how much is above and below.
  const rows = Math.max(1, layout.bodyRows - 2);
  const offsets: Readonly<Record<string, number>> = {
    up: view.offset - 1,
    down: view.offset + 1,
    pageup: view.offset - rows,
    pagedown: view.offset + rows,
    home: 0,
    end: context.textRows,
  };
  const offset = offsets[name];
  return offset === undefined ? to({}) : to({ offset: Math.max(0, Math.min(offset, context.textRows - rows)) });
}

/** A log of one domain alone follows the focus. */
function withFilter({ view, state }: Context, focus: number): Partial<RunView> {
  return {
    focus,
    ...(view.filter === null || focus === view.focus
      ? {}
      : { filter: state.panes[focus]?.domain ?? null, bottom: null }),
  };
}

function scrolled({ view, state }: Context, name: string, rows: number): RunStep {
  const { log } = state;
  const by: Readonly<Record<string, number>> = {
    up: -1,
    down: 1,
    pageup: -Math.max(1, rows - 1),
    pagedown: Math.max(1, rows - 1),
    home: -log.last,
    end: log.last,
  };
  const step = by[name];
  if (step === undefined) return { view, effects: [] };
  const newest = log.step(log.last + 1, -1, view.filter);
  if (newest > log.last) return { view: { ...view, bottom: null }, effects: [] };
  const now = Math.max(log.first, view.bottom ?? newest);
  const wanted = log.step(now, step, view.filter);
  // The oldest lines stand at the top, not at the bottom.
  const top = log.step(log.first - 1, rows, view.filter);
  const bottom = Math.max(wanted, Math.min(top, log.last));
  return { view: { ...view, bottom: step > 0 && bottom >= newest ? null : bottom }, effects: [] };
}

function typed(context: Context, press: KeyPress, typing: NonNullable<RunView['typing']>): RunStep {
  const { view, state } = context;
  const to = (changes: Partial<RunView>): RunStep => changed(view, changes);
  const name = nameOf(press);
  if (name === 'escape' || name === 'ctrl-c') return to({ typing: null });
  if (name === 'enter') {
    const text = typing.field.text.trim();
    if (typing.what === 'file')
      return { view: { ...view, typing: null }, effects: text === '' ? [] : [{ type: 'write-log', file: text }] };
    if (text === '') return to({ typing: null, search: '' });
    return found(
      { ...context, view: { ...view, typing: null, search: text } },
      text,
      -1,
      (view.bottom ?? state.log.last) + 1,
    );
  }
  const edit = textEditOf(press);
  return edit === null ? to({}) : to({ typing: { ...typing, field: editText(typing.field, edit) } });
}

function found({ view, state }: Context, text: string, way: -1 | 1, from: number): RunStep {
  const number = state.log.find(text, from, way, view.filter);
  if (number === null)
    return { view: { ...view, note: { severity: 'warning', text: { key: 'run.noMatch', text } } }, effects: [] };
  return { view: { ...view, bottom: number, note: null }, effects: [] };
}
