/** What stands around the list of a host: whose it is, Dom0, what is free, what is said of a DomU, notes, keys. Pure. */
import type { FrameNote } from '../layout/frame.tsx';
import type { Look } from '../look.tsx';
import { cellsOf } from '../../src/ui/terminal/cells.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { say } from '../../src/i18n/phrase.ts';
import { commandLine } from '../../src/plan/shell-words.ts';
import { ADD, argumentsOf, type ActionRow } from '../../src/ui/host/actions.ts';
import { freeActions, mayAdd } from '../../src/ui/host/keys.ts';
import { chosenDomu } from '../../src/ui/host/rows.ts';
import type { HostSnapshot } from '../../src/ui/host/session.ts';
import type { Task } from '../../src/ui/host/state.ts';
import type { ListedDomu } from '../../src/host/domus/list-result.ts';
import { shareText, stateOf } from './domu-rows.ts';
import { findingsOf } from './text-lines.ts';

const MIB = 2 ** 20;
/** Words would lie across the name of the host. */
const NARROW = 60;

export function whoseOf({ state }: HostSnapshot, { t }: Look): string {
  return t('frame.host', { name: state.overview?.hostname ?? '...' });
}

export function countsOf({ state, view }: HostSnapshot, { t }: Look): string {
  const domus = state.overview?.list.domus;
  if (domus === undefined) return '';
  const running = domus.filter(({ domid }) => domid !== null).length;
  if (view.size.columns < NARROW) return `${running}/${domus.length}`;
  return t('hostScreen.counts', { count: domus.length, running });
}

const TITLES = {
  findings: 'hostScreen.titles.findings',
  network: 'hostScreen.titles.network',
  said: 'hostScreen.titles.said',
  keys: 'keys.title',
} as const;

/** Dom0 and what is free, or what is in place of the list. */
export function titleOf(snapshot: HostSnapshot, look: Look): string {
  const { state, view } = snapshot;
  const { t, glyphs } = look;
  const { dialog } = view;
  if (dialog?.kind === 'text') return t(TITLES[dialog.text]);
  if (dialog?.kind === 'menu') return look.show(dialog.name);
  if (dialog !== null) return t('hostScreen.question', { name: dialog.name, action: t(dialog.action.words) });
  const { overview } = state;
  if (overview === null) return t('frame.probing');
  const dom0 = overview.domains.find(({ number }) => number === 0);
  const { size } = figuresOf(t);
  return [
    ...(dom0 === undefined
      ? []
      : [t('hostScreen.dom0', { memory: size(dom0.memoryMiB), share: shareText(snapshot, 0, look) })]),
    ...(overview.memory === null ? [] : [t('hostScreen.freeMemory', { free: size(overview.memory.freeMiB) })]),
    ...overview.groups.map(({ name, freeBytes }) =>
      t('hostScreen.freeGroup', { group: name, free: size(Math.floor(freeBytes / MIB)) }),
    ),
  ].join(` ${glyphs.dot} `);
}

/** Of the DomU with the highlight; of what is about to be done, what it does. */
export function helpOf(snapshot: HostSnapshot, look: Look): string {
  const { state, view, commands } = snapshot;
  const { t } = look;
  if (view.dialog?.kind === 'menu') {
    const action = freeActions({ state, view, commands })[view.dialog.row];
    return action === undefined ? t('hostScreen.nothingPossible') : aboutOf(action, view.dialog.name, look);
  }
  if (view.dialog !== null) return '';
  const domu = chosenDomu(state, view);
  return domu === null ? '' : aboutDomu(domu, snapshot, look);
}

/** What it does, and what dies. */
function aboutOf({ about, dies }: ActionRow, name: string, { t }: Look): string {
  return [t(about), ...(dies === undefined ? [] : [t(dies, { name })])].join(' ');
}

/** What the table has no room for; why it is not up comes first. */
export function aboutDomu(domu: ListedDomu, snapshot: HostSnapshot, look: Look): string {
  const { t, show } = look;
  const parts = [
    ...(domu.why === null ? [] : [domu.why]),
    ...(domu.addresses.length > 1 ? [domu.addresses.join(' ')] : []),
    [domu.type, domu.boot].filter((word) => word !== null).join(' '),
    ...(domu.vcpus === null ? [] : [t('hostScreen.vcpus', { count: domu.vcpus })]),
    ...(domu.autostart ? [t('hostScreen.autostart')] : []),
    ...(domu.by === 'hand' ? [t('commandLine.domu.list.byHand', { config: domu.config ?? '' })] : []),
    ...(domu.by === 'unknown' ? [t('commandLine.domu.list.onlyRuns')] : []),
  ].filter((part) => part !== '');
  return show(`${domu.name}: ${[stateOf(domu, snapshot, look).text, ...parts].join('; ')}`);
}

/** An empty list says why, and what to do. */
export function emptyText({ state, view }: HostSnapshot, { t }: Look): string {
  const { overview } = state;
  if (overview === null) return t('frame.probing');
  if (overview.list.domus.length > 0) return t('run.noMatch', { text: view.filter });
  if (!overview.isRoot) return t('hostScreen.notRoot');
  if (!overview.list.xen) return t('hostScreen.noXen');
  if (overview.list.why !== null) return t('commandLine.domu.list.partial', { why: overview.list.why });
  return `${t('commandLine.domu.list.none')} ${t(overview.isInstalled ? 'hostScreen.addFirst' : 'hostScreen.byXl')}`;
}

/** What a command has said last, and what is wrong with the host. */
export function notesOf(snapshot: HostSnapshot, look: Look): FrameNote[] {
  const { state, view } = snapshot;
  const { t } = look;
  const { overview } = state;
  const task = state.tasks.find(({ id }) => id === view.told);
  const list = overview?.list;
  const whole =
    overview === null || list === undefined
      ? null
      : !overview.isRoot
        ? t('hostScreen.notRoot')
        : !list.xen
          ? t('hostScreen.noXen')
          : list.why === null
            ? null
            : t('commandLine.domu.list.partial', { why: list.why });
  return [
    ...(task === undefined ? [] : [taskNote(task, look)]),
    ...(whole === null ? [] : [{ severity: 'error' as const, text: whole }]),
    ...findingsOf(snapshot)
      .filter((found) => found.state !== 'ok')
      .map(({ state: severity, message }) => ({
        severity: severity === 'critical' ? ('error' as const) : ('warning' as const),
        text: say(message, t),
      })),
  ].map((note) => ({ ...note, text: look.show(note.text) }));
}

/** An error has its code and its hint in what the command has said. */
function taskNote({ name, action, lines, code }: Task, { t }: Look): FrameNote {
  const words = t(action.words);
  const last = lines.at(-1);
  if (code === null) return { severity: 'good', text: last ?? `${name}: ${t('hostScreen.atWork', { action: words })}` };
  if (code === 0) return { severity: 'good', text: last ?? t('hostScreen.done', { name, action: words }) };
  const from = lines.findIndex((line) => /^xenwright: .*\[[a-z-]+\]$/.test(line));
  const said = (from < 0 ? lines.slice(-2) : lines.slice(from).filter((line) => !line.startsWith('  | ')))
    .map((line) => line.replace(/^xenwright: /, '').trim())
    .join(' ');
  return { severity: 'error', text: t('hostScreen.failed', { name, action: words, code, said }) };
}

/** Only keys that do something now; those that do not fit are in the menu, and in the list of keys. */
export function keysOf(snapshot: HostSnapshot, width: number, look: Look): string[] {
  const { state, view, commands } = snapshot;
  const { t } = look;
  if (view.search !== null) return [t('run.keys.typed')];
  if (view.dialog?.kind === 'text') return [t('keys.scroll'), t('keys.back')];
  if (view.dialog?.kind === 'ask') return [t('run.keys.typed')];
  if (view.dialog !== null) return [t('keys.move'), t('keys.choose'), t('keys.back')];
  const task = state.tasks.find(({ id }) => id === view.told);
  const tail = [
    ...(mayAdd(snapshot) ? [`${ADD.key} ${t(ADD.words)}`] : []),
    ...(chosenDomu(state, view) === null ? [] : [t('hostScreen.keys.menu')]),
    ...((task?.code ?? 0) === 0 ? [] : [t('hostScreen.keys.said')]),
    ...(findingsOf(snapshot).some((found) => found.state !== 'ok') ? [t('hostScreen.keys.findings')] : []),
    t('run.keys.help'),
    t('hostScreen.keys.leave'),
  ];
  const actions = freeActions({ state, view, commands }).map(({ key, words }) => `${key} ${t(words)}`);
  let left = width - 1 - tail.reduce((sum, text) => sum + 2 + cellsOf(text), 0);
  const fitting = actions.filter((text) => {
    left -= 2 + cellsOf(text);
    return left >= 0;
  });
  return [...fitting, ...tail];
}

/** The command that does the same. */
export function commandOf(action: ActionRow, name: string, typed: string): string {
  return commandLine(['xenwright', ...argumentsOf(action, name, typed)]);
}
