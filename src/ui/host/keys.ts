/** From keys to what is looked at and what is to be done. Pure; what is known of the host is only read. */
import { textEditOf } from '../inputs/text-keys.ts';
import { editText, textState } from '../inputs/text-state.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { ADD, argumentsOf, canAdd, possibleActions, type ActionRow } from './actions.ts';
import { hostLayout } from './layout.ts';
import { chosenDomu, listedDomus, rowOf, taskOf } from './rows.ts';
import type { HostDialog, HostEffect, HostEvent, HostState, HostView, TextName } from './state.ts';

export interface HostStep {
  readonly view: HostView;
  readonly effects: readonly HostEffect[];
}
interface Context {
  readonly view: HostView;
  readonly state: HostState;
  readonly commands: ReadonlySet<string>;
  readonly textRows: number;
}

const TEXTS: Readonly<Record<string, TextName>> = { w: 'findings', n: 'network', o: 'said', '?': 'keys' };

export function reduceHost(
  view: HostView,
  event: HostEvent,
  state: HostState,
  commands: ReadonlySet<string>,
): HostStep {
  switch (event.type) {
    case 'key':
      return pressed({ view, state, commands, textRows: event.textRows ?? 0 }, event.press);
    case 'paste':
      return edited({ view, state, commands, textRows: 0 }, { insert: event.text });
    case 'resized':
      return changed(view, { size: { columns: event.columns, rows: event.rows }, redraws: view.redraws + 1 });
  }
}

function pressed(context: Context, press: KeyPress): HostStep {
  const { view } = context;
  const name = nameOf(press);
  if (name === 'ctrl-l') return changed(view, { redraws: view.redraws + 1 });
  if (name === 'ctrl-c') return changed(view, view.dialog === null ? { outcome: 'left' } : { dialog: null });
  if (view.search !== null) return searching(context, press);
  if (view.dialog !== null) return answered(context, view.dialog, press);
  return listKey({ ...context, view: isRead(context) ? { ...view, told: null } : view }, name);
}

/** What a command has said at its end makes room at the next key. */
function isRead({ view, state: { tasks } }: Context): boolean {
  return view.told !== null && tasks.find(({ id }) => id === view.told)?.code !== null;
}

/** In the list. */
function listKey(context: Context, name: string): HostStep {
  const { view, state } = context;
  const domu = chosenDomu(state, view);
  const text = TEXTS[name];
  if (text !== undefined)
    return {
      view: { ...view, dialog: { kind: 'text', text, offset: 0 } },
      effects: text === 'findings' ? [{ type: 'check' }] : [],
    };
  switch (name) {
    case 'q':
      return changed(view, { outcome: 'left' });
    case 'escape':
      return changed(view, { filter: '' });
    case '/':
      return changed(view, { search: textState(view.filter) });
    case 'ctrl-r':
      return { view, effects: [{ type: 'look' }, { type: 'check' }] };
    case 'enter':
      return changed(view, domu === null ? {} : { dialog: { kind: 'menu', name: domu.name, row: 0 } });
    case ADD.key:
      return changed(view, mayAdd(context) ? { outcome: 'add' } : {});
  }
  const action = domu === null ? undefined : freeActions(context).find(({ key }) => key === name);
  return action === undefined || domu === null ? moved(context, name) : begun(view, action, domu.name);
}

/** Another screen follows: what commands at work say at their ends would be heard by nobody. */
export function mayAdd({ state, commands }: Pick<Context, 'state' | 'commands'>): boolean {
  const { overview, tasks } = state;
  return overview !== null && canAdd(overview, commands) && tasks.every(({ code }) => code !== null);
}

/** Those of the DomU with the highlight that nothing stands in the way of: one command at a time changes it. */
export function freeActions({ view, state, commands }: Omit<Context, 'textRows'>): readonly ActionRow[] {
  const domu = chosenDomu(state, view);
  if (domu === null || state.overview === null) return [];
  const all = possibleActions(domu, state.overview, commands);
  return taskOf(state, domu.name) === null ? all : all.filter(({ id }) => id === 'console' || id === 'log');
}

/** What has to be typed comes first, then what has to be agreed to. */
function begun(view: HostView, action: ActionRow, name: string, typed: string | null = null): HostStep {
  if (action.asks !== undefined && typed === null)
    return changed(view, { dialog: { kind: 'ask', name, action, field: textState('') } });
  const given = typed ?? '';
  if (action.dies !== undefined)
    return changed(view, { dialog: { kind: 'confirm', name, action, typed: given, row: 0 } });
  return run(view, action, name, given);
}

function run(view: HostView, action: ActionRow, name: string, typed: string): HostStep {
  return {
    view: { ...view, dialog: null },
    effects: [{ type: 'run', name, action, arguments: argumentsOf(action, name, typed) }],
  };
}

function answered(context: Context, dialog: HostDialog, press: KeyPress): HostStep {
  const { view } = context;
  const name = nameOf(press);
  if (name === 'escape') return changed(view, { dialog: null });
  switch (dialog.kind) {
    case 'menu':
      return menuKey(context, dialog, name);
    case 'confirm': {
      const row = name === 'up' ? 0 : name === 'down' ? 1 : dialog.row;
      if (name !== 'enter') return changed(view, { dialog: { ...dialog, row } });
      return dialog.row === 0 ? changed(view, { dialog: null }) : run(view, dialog.action, dialog.name, dialog.typed);
    }
    case 'ask': {
      const typed = dialog.field.text.trim();
      if (name === 'enter') return typed === '' ? changed(view, {}) : begun(view, dialog.action, dialog.name, typed);
      return edited(context, textEditOf(press));
    }
    case 'text':
      return textKey(context, dialog, name);
  }
}

function menuKey(context: Context, dialog: Extract<HostDialog, { kind: 'menu' }>, name: string): HostStep {
  const { view } = context;
  const actions = freeActions(context);
  const last = Math.max(0, actions.length - 1);
  const row = { up: dialog.row - 1, down: dialog.row + 1, home: 0, end: last }[name];
  if (row !== undefined) return changed(view, { dialog: { ...dialog, row: Math.max(0, Math.min(last, row)) } });
  const action = name === 'enter' ? actions[Math.min(dialog.row, last)] : actions.find(({ key }) => key === name);
  // The list has gone on meanwhile: another DomU than the one of the menu is left alone.
  if (action === undefined || chosenDomu(context.state, view)?.name !== dialog.name) return changed(view, {});
  return begun({ ...view, dialog: null }, action, dialog.name);
}

function textKey(
  { view, state, textRows }: Context,
  dialog: Extract<HostDialog, { kind: 'text' }>,
  name: string,
): HostStep {
  const { bodyRows } = hostLayout(view.size, state.overview?.bridges.length ?? 0);
  // Two rows say how much is above and below.
  const rows = Math.max(1, bodyRows - 2);
  const offset = {
    up: dialog.offset - 1,
    down: dialog.offset + 1,
    pageup: dialog.offset - rows,
    pagedown: dialog.offset + rows,
    home: 0,
    end: textRows,
  }[name];
  if (offset === undefined) {
    const other = TEXTS[name];
    return changed(view, {
      dialog: other === undefined || other === dialog.text ? null : { kind: 'text', text: other, offset: 0 },
    });
  }
  return changed(view, { dialog: { ...dialog, offset: Math.max(0, Math.min(offset, textRows - rows)) } });
}

function searching(context: Context, press: KeyPress): HostStep {
  const { view } = context;
  const name = nameOf(press);
  if (name === 'escape') return changed(view, { search: null, filter: '' });
  if (name === 'enter') return changed(view, { search: null });
  if (['up', 'down', 'pageup', 'pagedown'].includes(name)) return moved(context, name);
  return edited(context, textEditOf(press));
}

function edited({ view }: Context, edit: ReturnType<typeof textEditOf>): HostStep {
  if (edit === null) return changed(view, {});
  if (view.search !== null) {
    const search = editText(view.search, edit);
    return changed(view, { search, filter: search.text });
  }
  const { dialog } = view;
  if (dialog?.kind !== 'ask') return changed(view, {});
  return changed(view, { dialog: { ...dialog, field: editText(dialog.field, edit) } });
}

/** Nothing wraps around: holding a key ends at the end. */
function moved({ view, state }: Context, name: string): HostStep {
  const domus = listedDomus(state, view);
  const { listRows } = hostLayout(view.size, state.overview?.bridges.length ?? 0);
  const at = rowOf(domus, view);
  const page = Math.max(1, listRows - 1);
  const target = { up: at - 1, down: at + 1, pageup: at - page, pagedown: at + page, home: 0, end: domus.length - 1 }[
    name
  ];
  if (target === undefined) return changed(view, {});
  const index = Math.max(0, Math.min(target, domus.length - 1));
  return changed(view, { chosen: { name: domus[index]?.name ?? null, index } });
}

function changed(view: HostView, changes: Partial<HostView>): HostStep {
  return { view: Object.keys(changes).length === 0 ? view : { ...view, ...changes }, effects: [] };
}
