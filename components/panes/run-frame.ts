/** What stands around a run: whose it is, how far, what is wrong, which keys. Pure. */
import type { FrameNote } from '../layout/frame.tsx';
import type { Look } from '../look.tsx';
import { errorIn, titleIn } from '../../src/i18n/translate-events.ts';
import { exportKeys } from '../screens/export.tsx';
import type { TextKey } from '../../src/i18n/t.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import { bar } from './cells.ts';

const BAR = 24;

export function whoseOf({ state, start }: RunSnapshot, { t }: Look): string {
  return t(start.isReplay === true ? 'run.replayOf' : 'run.whose', {
    name: state.hostname === '' ? '...' : state.hostname,
  });
}

export function stepOf({ state }: RunSnapshot, { t }: Look): string {
  return state.actions.size === 0
    ? ''
    : t('run.actions', { done: state.finished, total: state.actions.size, count: state.actions.size });
}

/** The overall bar, or how it ended. */
export function titleOf(snapshot: RunSnapshot, look: Look): string {
  const { state, view, nowMs } = snapshot;
  const { t } = look;
  if (view.exporting !== null) return t('export.title');
  if (view.mode === 'keys') return t('run.titleKeys');
  if (view.dialog !== null) return t('run.titleLeave');
  if (state.end !== null)
    return `${t(({ done: 'run.endDone', failed: 'run.endFailed', interrupted: 'run.endInterrupted' } as const)[state.end.result], { name: state.hostname })}, ${t('run.after', { time: figuresOf(t).duration(state.end.seconds) })}`;
  if (view.gone) return t('run.endGone');
  if (state.startedMs === null) return t('run.starting');
  const { percent, secondsLeft } = state.estimate;
  const shown = t('run.bar', {
    bar: bar(percent / 100, BAR, look),
    percent,
    elapsed: figuresOf(t).duration(Math.max(0, nowMs - state.startedMs) / 1000),
  });
  return secondsLeft === null ? shown : `${shown}   ${t('run.left', { time: figuresOf(t).duration(secondsLeft) })}`;
}

export function notesOf({ state, view }: RunSnapshot, { t }: Look): FrameNote[] {
  const { note } = view;
  if (note !== null) return [{ severity: note.severity, text: t(note.text.key, { ...note.text }) }];
  if (view.leaving) return [{ severity: 'good', text: t('run.leaves') }];
  if (view.gone) return [{ severity: 'error', text: t('run.gone') }];
  if (view.stopping) return [{ severity: 'warning', text: t('run.stopping') }];
  const last = state.failures.at(-1);
  return last === undefined || view.mode === 'failures' || view.mode === 'done'
    ? []
    : [
        {
          severity: 'error',
          text: t('run.failedNote', {
            domain: last.domain,
            title: titleIn(t, last),
            message: errorIn(t, last.error).message.split('\n')[0] ?? '',
          }),
        },
      ];
}

/** Only keys that do something now. */
export function keysOf({ state, view, can }: RunSnapshot, look: Look): string[] {
  const { t } = look;
  const isOver = state.end !== null || view.gone;
  const shown = (...keys: (TextKey | false)[]): string[] => keys.filter((key) => key !== false).map((key) => t(key));
  if (view.exporting !== null) return exportKeys(view.exporting, look);
  if (view.typing !== null) return shown('run.keys.typed');
  if (view.dialog !== null) return shown('keys.choose', 'run.keys.close');
  if (view.mode === 'keys') return [];
  const retry = isOver && can.retry && state.end?.result !== 'done' && 'run.keys.retry';
  const failures = state.failures.length > 0 && view.mode !== 'failures' && 'run.keys.failures';
  const edit = isOver && can.edit && state.end?.result !== 'done' && 'run.keys.edit';
  const shell = can.shell && 'run.keys.shell';
  // A host that is not whole is neither booted nor restarted from here.
  const isDone = state.end?.result === 'done';
  if (view.mode === 'done')
    return shown(
      'run.keys.leave',
      retry,
      edit,
      isDone && can.boot && 'run.keys.boot',
      isDone && can.reboot && 'run.keys.reboot',
      failures,
      can.profile !== null && 'run.keys.profile',
      'run.keys.log',
      shell,
      'run.keys.help',
    );
  if (view.mode === 'failures') return shown('run.keys.close', retry, edit, shell, 'run.keys.help');
  const searched = view.search !== '' && 'run.keys.next';
  if (view.mode === 'log') return shown('run.keys.back', 'run.keys.search', searched, failures, retry, 'run.keys.help');
  return shown(
    'run.keys.panes',
    'run.keys.domain',
    'run.keys.log',
    'run.keys.search',
    searched,
    failures,
    retry,
    can.detach && !isOver && 'run.keys.detach',
    'run.keys.help',
  );
}

export const LEAVE_TEXTS = { stay: 'run.leave.stay', detach: 'run.leave.detach', stop: 'run.leave.stop' } as const;

export function keyTexts({ state, can }: RunSnapshot): TextKey[] {
  // How it has ended decides what may follow.
  const [mayBeDone, mayHaveFailed] = [state.end === null || state.end.result === 'done', state.end?.result !== 'done'];
  const when = (is: boolean, key: TextKey): TextKey[] => (is ? [key] : []);
  return [
    'run.long.move',
    'run.long.domain',
    'run.long.scroll',
    'run.long.log',
    'run.long.search',
    'run.long.failures',
    'run.long.panes',
    ...when(can.exportLog, 'run.long.export'),
    ...when(can.profile !== null, 'run.long.profile'),
    ...when(can.shell, 'run.long.shell'),
    ...when(can.detach && state.end === null, 'run.long.detach'),
    ...when(can.retry && mayHaveFailed, 'run.long.retry'),
    ...when(can.edit && mayHaveFailed, 'run.long.edit'),
    ...when(can.boot && mayBeDone, 'run.long.boot'),
    ...when(can.reboot && mayBeDone, 'run.long.reboot'),
    'run.long.redraw',
    'run.long.leave',
  ];
}
