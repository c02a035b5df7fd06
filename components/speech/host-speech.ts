/** A host in words: the DomU with the highlight, what is asked, what commands say. Pure. */
import type { Look } from '../look.tsx';
import { aboutDomu, commandOf, countsOf, emptyText, notesOf, titleOf, whoseOf } from '../host/host-frame.ts';
import { networkLines } from '../host/network-lines.ts';
import { textLines } from '../host/text-lines.ts';
import { freeActions } from '../../src/ui/host/keys.ts';
import { chosenDomu, listedDomus, rowOf } from '../../src/ui/host/rows.ts';
import type { HostSnapshot } from '../../src/ui/host/session.ts';
import { answer } from './dialog-speech.ts';
import { noteParts, placePart, spokenLines, type Part, type Speech } from './parts.ts';

const WIDTH = 500;

export function hostSpeech(snapshot: HostSnapshot, look: Look): Speech {
  const { state, view } = snapshot;
  const place = placePart(whoseOf(snapshot, look), view.redraws, look);
  const notes = noteParts(notesOf(snapshot, look), look);
  const asked = dialogParts(snapshot, look);
  if (asked !== null) return { ...asked, parts: [place, ...asked.parts, ...notes] };
  const domu = chosenDomu(state, view);
  const domus = listedDomus(state, view);
  const at = rowOf(domus, view);
  return {
    parts: [
      place,
      // What domains take changes all the time: it is said at first, and when it is asked for.
      { id: 'counts', text: countsOf(snapshot, look) },
      ...(state.overview === null
        ? []
        : [{ id: 'network', text: spokenLines(networkLines(state.overview, look)).join('\n') }]),
      ...(domu === null
        ? [{ id: 'empty', text: emptyText(snapshot, look) }]
        : [
            {
              id: `domu ${domu.name}`,
              text: `${aboutDomu(domu, snapshot, look)}, ${look.t('speech.ofList', { n: at + 1, m: domus.length })}`,
            },
          ]),
      ...notes,
    ],
    prompt: view.search === null ? '' : `${look.t('run.search')} ${view.search.text}`,
  };
}

function dialogParts(snapshot: HostSnapshot, look: Look): { parts: readonly Part[]; prompt: string } | null {
  const { state, view, commands } = snapshot;
  const { t } = look;
  const { dialog } = view;
  if (dialog === null) return null;
  const title = { id: 'question', text: titleOf(snapshot, look) };
  switch (dialog.kind) {
    case 'text':
      return {
        parts: [
          title,
          { id: dialog.text, text: spokenLines(textLines(dialog.text, snapshot, WIDTH, look)).join('\n') },
        ],
        prompt: '',
      };
    case 'menu': {
      const actions = freeActions({ state, view, commands });
      const labels = actions.map((action) => `${t(action.words)}, ${commandOf(action, dialog.name, '...')}`);
      return { parts: [title, ...(labels.length === 0 ? [] : [answer(labels, dialog.row, look)])], prompt: '' };
    }
    case 'confirm':
      return {
        parts: [
          title,
          ...(dialog.action.dies === undefined
            ? []
            : [{ id: 'dies', text: t(dialog.action.dies, { name: dialog.name }) }]),
          { id: 'command', text: t('run.command', { command: commandOf(dialog.action, dialog.name, dialog.typed) }) },
          answer([t('hostScreen.no'), t('hostScreen.yes', { action: t(dialog.action.words) })], dialog.row, look),
        ],
        prompt: '',
      };
    case 'ask':
      return {
        parts: [title, { id: 'about', text: t(dialog.action.about) }],
        prompt: `${t(dialog.action.asks ?? 'run.file')} ${dialog.field.text}`,
      };
  }
}
