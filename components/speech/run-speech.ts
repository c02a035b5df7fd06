/** A run in words: what ends, what fails, how far it is; the rest when it is asked for. Pure. */
import type { Look } from '../look.tsx';
import { doneLines } from '../panes/done-lines.ts';
import { failureLines } from '../panes/failure-lines.ts';
import { logLine } from '../panes/log-lines.ts';
import { paneWords } from '../panes/pane-lines.ts';
import { plainLine } from '../layout/line.tsx';
import { keyTexts, LEAVE_TEXTS, notesOf, titleOf, whoseOf } from '../panes/run-frame.ts';
import { titleIn } from '../../src/i18n/translate-events.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import { answersOf } from '../../src/ui/run/view.ts';
import { answer, exportSpeech } from './dialog-speech.ts';
import { noteParts, placePart, spokenLines, type Part, type Speech } from './parts.ts';

const WIDTH = 500;
/** So much of the log is said when it is asked for. */
const LOG_LINES = 12;
const PERCENT_STEP = 10;

export function runSpeech(snapshot: RunSnapshot, look: Look): Speech {
  const { view, can } = snapshot;
  const { t } = look;
  const place = placePart(whoseOf(snapshot, look), view.redraws, look);
  const notes = noteParts(notesOf(snapshot, look), look);
  if (view.exporting !== null) {
    const { said, prompt } = exportSpeech(view.exporting, look);
    return { parts: [place, ...said, ...notes], prompt };
  }
  if (view.dialog !== null)
    return {
      parts: [
        place,
        { id: 'question', text: t('run.leave.question') },
        answer(
          answersOf(can).map((one) => t(LEAVE_TEXTS[one])),
          view.dialog.row,
          look,
        ),
      ],
      prompt: '',
    };
  const prompt =
    view.typing === null
      ? ''
      : `${t(view.typing.what === 'search' ? 'run.search' : 'run.file')} ${view.typing.field.text}`;
  return { parts: [place, ...standing(snapshot, look), ...asked(snapshot, look), ...notes], prompt };
}

/** What has happened since: ends of actions, and every tenth of the way. */
function standing(snapshot: RunSnapshot, look: Look): Part[] {
  const { state, view } = snapshot;
  const { percent } = state.estimate;
  const far = Math.floor(percent / PERCENT_STEP) * PERCENT_STEP;
  const title =
    state.end !== null || view.gone
      ? titleOf(snapshot, look)
      : state.startedMs === null
        ? look.t('run.starting')
        : far === 0
          ? ''
          : look.t('speech.percent', { percent: far });
  return [
    ...state.spans.map((span): Part => ({
      id: `done ${span.id} ${span.toMs}`,
      text: look.t('speech.actionDone', { domain: span.domain, title: titleIn(look.t, span) }),
    })),
    ...state.failures.map((failure, index): Part => ({
      id: `failure ${index} ${failure.id}`,
      text: spokenLines(failureLines({ ...state, failures: [failure], undone: 0 }, WIDTH, look)).join('\n'),
    })),
    { id: 'standing', text: title },
  ];
}

/** What a key has asked for. */
function asked(snapshot: RunSnapshot, look: Look): Part[] {
  const { state, view } = snapshot;
  switch (view.mode) {
    case 'panes': {
      const pane = state.panes[view.focus];
      return pane === undefined ? [] : [{ id: `pane ${view.focus}`, text: paneWords(pane, snapshot, look) }];
    }
    case 'log':
      return [
        {
          id: `log ${view.bottom ?? 'end'}`,
          text: view.bottom === null ? spokenLog(snapshot, look, LOG_LINES) : spokenLog(snapshot, look, 1),
        },
      ];
    case 'failures':
      return [{ id: 'failures', text: spokenLines(failureLines(state, WIDTH, look)).join('\n') }];
    case 'done':
      return [
        {
          id: 'done',
          text: spokenLines(
            doneLines(snapshot, WIDTH, { ...look, glyphs: { ...look.glyphs, full: '', empty: '' } }),
          ).join('\n'),
        },
      ];
    case 'keys':
      return [{ id: 'keys', text: spokenLines(keyTexts(snapshot).map((key) => plainLine(look.t(key)))).join('\n') }];
  }
}

/** The log as it stood when it was asked for: what comes later is said as it ends. */
function spokenLog({ state, view }: RunSnapshot, look: Look, count: number): string {
  return spokenLines(
    state.log.upTo(view.bottom ?? state.log.last, count, view.filter).map((line) => logLine(line, '', look)),
  ).join('\n');
}
