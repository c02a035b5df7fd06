/** A question before a screen in words. Pure. */
import type { Look } from '../look.tsx';
import { draftTexts, keyLines, LABELS, leaveKey } from '../screens/dialogs.tsx';
import { PLACE_LABELS, usbDriveLabel } from '../screens/export.tsx';
import { PLACES, type ExportState } from '../../src/ui/wizard/export-state.ts';
import { ANSWERS } from '../../src/ui/wizard/dialogs.ts';
import type { Dialog, WizardState } from '../../src/ui/wizard/state.ts';
import { spokenLines, type Part } from './parts.ts';

export function dialogLines(
  state: WizardState,
  dialog: Dialog,
  look: Look,
): { readonly said: readonly Part[]; readonly prompt: string } {
  const { t } = look;
  switch (dialog.kind) {
    case 'keys':
      return { said: [{ id: 'keys', text: spokenLines(keyLines(state, t)).join('\n') }], prompt: '' };
    case 'leave':
      return {
        said: [
          { id: 'question', text: t(leaveKey(state)) },
          answer(
            ANSWERS.leave.map((one) => t(LABELS[one])),
            dialog.row,
            look,
          ),
        ],
        prompt: '',
      };
    case 'draft':
      return {
        said: [
          { id: 'question', text: draftTexts(dialog.saved, t).join(' ') },
          answer(
            ANSWERS.draft.map((one) => t(LABELS[one])),
            dialog.row,
            look,
          ),
        ],
        prompt: '',
      };
    case 'export':
      return exportSpeech(dialog.export, look);
  }
}

export function exportSpeech(
  state: ExportState,
  look: Look,
): { readonly said: readonly Part[]; readonly prompt: string } {
  const { t } = look;
  switch (state.step) {
    case 'where':
      return {
        said: [
          { id: 'question', text: `${t('export.where')} ${t('export.what')}` },
          answer(
            PLACES.map((place) => t(PLACE_LABELS[place])),
            state.row,
            look,
          ),
        ],
        prompt: '',
      };
    case 'file':
      return {
        said: [{ id: 'question', text: `${t('export.file')} ${t('export.fileNote')}` }],
        prompt: `> ${state.file.text}`,
      };
    case 'usbDrive': {
      const question: Part = { id: 'question', text: `${t('export.usbDrive')} ${t('export.usbDriveNote')}` };
      if (state.usbDrives === null || state.usbDrives.length === 0)
        return {
          said: [
            question,
            { id: 'answer', text: t(state.usbDrives === null ? 'export.looking' : 'export.noUsbDrive') },
          ],
          prompt: '',
        };
      return {
        said: [
          question,
          answer(
            state.usbDrives.map((usbDrive) => usbDriveLabel(usbDrive, t)),
            state.row,
            look,
          ),
        ],
        prompt: '',
      };
    }
    case 'working':
      return { said: [{ id: 'answer', text: t('export.working') }], prompt: '' };
  }
}

/** The answer that Enter gives, and how many there are. */
export function answer(labels: readonly string[], row: number, { t }: Look): Part {
  return { id: 'answer', text: `${labels[row] ?? ''}. ${t('speech.ofList', { n: row + 1, m: labels.length })}` };
}
