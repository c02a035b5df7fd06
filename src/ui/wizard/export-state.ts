/** Taking the profile along: where to, which file, which USB drive. What keys do, and what is then to be done. Pure. */
import { textEditOf } from '../inputs/text-keys.ts';
import { editText, textState, type TextState } from '../inputs/text-state.ts';
import type { UsbDrive } from '../../facts/usb-drives.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { menuRow } from '../inputs/menu.ts';

export type ExportState =
  | { readonly step: 'where'; readonly row: number }
  | { readonly step: 'file'; readonly file: TextState }
  /** Null: they are being looked for. */
  | { readonly step: 'usbDrive'; readonly usbDrives: readonly UsbDrive[] | null; readonly row: number }
  | { readonly step: 'working' };

export const PLACES = ['file', 'usbDrive', 'screen'] as const;

/** `name`: what the file is called unless one says otherwise. */
export type ExportEffect =
  | { readonly type: 'export-file'; readonly file: string }
  | { readonly type: 'find-usb-drives' }
  | { readonly type: 'export-usb-drive'; readonly usbDrive: UsbDrive; readonly name: string }
  | { readonly type: 'export-screen' };
/** How it went; whoever carries an effect out answers with one of these. */
export type ExportEvent =
  | { readonly type: 'usb-drives'; readonly usbDrives: readonly UsbDrive[] }
  | {
      readonly type: 'exported';
      readonly file: string;
      /** The USB drive it is on, which can be pulled out. */
      readonly usbDrive?: string;
      /** Whoever has the USB drive reads secrets on it. */
      readonly isOpen?: boolean;
    }
  | { readonly type: 'export-shown' }
  | { readonly type: 'export-failed'; readonly reason: string };

/** Null: the question is closed. */
export interface ExportStep {
  readonly next: ExportState | null;
  readonly effects: readonly ExportEffect[];
}

export const OPENED: ExportState = { step: 'where', row: 0 };

export function exportKey(state: ExportState, press: KeyPress, name: string): ExportStep {
  const key = nameOf(press);
  const stay = (next: ExportState | null, ...effects: ExportEffect[]): ExportStep => ({ next, effects });
  // What is being written is not interrupted half way.
  if (state.step === 'working') return stay(state);
  if (key === 'escape' || key === 'ctrl-c') return stay(state.step === 'where' ? null : OPENED);
  switch (state.step) {
    case 'where': {
      if (key !== 'enter') return stay({ step: 'where', row: menuRow(state.row, key, PLACES.length) });
      const place = PLACES[state.row];
      if (place === 'file') return stay({ step: 'file', file: textState(name) });
      return place === 'usbDrive'
        ? stay({ step: 'usbDrive', usbDrives: null, row: 0 }, { type: 'find-usb-drives' })
        : stay({ step: 'working' }, { type: 'export-screen' });
    }
    case 'file': {
      const file = state.file.text.trim();
      if (key === 'enter') return file === '' ? stay(state) : stay({ step: 'working' }, { type: 'export-file', file });
      const edit = textEditOf(press);
      return stay(edit === null ? state : { step: 'file', file: editText(state.file, edit) });
    }
    case 'usbDrive': {
      if (state.usbDrives === null) return stay(state);
      if (key === 'ctrl-r') return stay({ step: 'usbDrive', usbDrives: null, row: 0 }, { type: 'find-usb-drives' });
      const usbDrive = state.usbDrives[state.row];
      if (key !== 'enter') return stay({ ...state, row: menuRow(state.row, key, state.usbDrives.length) });
      return usbDrive === undefined
        ? stay(state)
        : stay({ step: 'working' }, { type: 'export-usb-drive', usbDrive, name });
    }
  }
}

/** After an answer: open as long as there is something to choose. */
export function exportAnswered(state: ExportState | null, event: ExportEvent): ExportState | null {
  if (event.type === 'usb-drives')
    return state?.step === 'usbDrive' ? { step: 'usbDrive', usbDrives: event.usbDrives, row: 0 } : state;
  return null;
}

/** What is said of a profile that has got to where it was to go. */
export function exportedText({
  file,
  usbDrive,
  isOpen,
}: ExportEvent & { readonly type: 'exported' }):
  | { readonly key: 'export.done'; readonly file: string }
  | { readonly key: 'export.onUsbDrive' | 'export.onOpenUsbDrive'; readonly file: string; readonly usbDrive: string } {
  return usbDrive === undefined
    ? { key: 'export.done', file }
    : { key: isOpen === true ? 'export.onOpenUsbDrive' : 'export.onUsbDrive', file, usbDrive };
}

export function exportPaste(state: ExportState, text: string): ExportState {
  return state.step === 'file' ? { step: 'file', file: editText(state.file, { insert: text }) } : state;
}
