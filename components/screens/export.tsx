/** Where the profile is to go: a file, a USB drive, the ordinary screen. Used before the install and after it. */
import type { ReactNode } from 'react';
import { Menu } from '../inputs/menu.tsx';
import { textPieces } from '../inputs/text-pieces.ts';
import { Row } from '../layout/line.tsx';
import { MessageAndHint } from '../layout/said.tsx';
import { useLook, type Look } from '../look.tsx';
import type { UsbDrive } from '../../src/facts/usb-drives.ts';
import type { TextKey } from '../../src/i18n/t.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { PLACES, type ExportState } from '../../src/ui/wizard/export-state.ts';

export const PLACE_LABELS: Readonly<Record<(typeof PLACES)[number], TextKey>> = {
  file: 'export.toFile',
  usbDrive: 'export.toUsbDrive',
  screen: 'export.toScreen',
};

export function ExportBody({ state, width }: { readonly state: ExportState; readonly width: number }): ReactNode {
  const { t, glyphs } = useLook();
  const said = (text: string): ReactNode => <MessageAndHint text={text} width={width} />;
  const blank = <Row line={[]} width={width} />;
  switch (state.step) {
    case 'where':
      return (
        <>
          {said(t('export.where'))}
          {said(t('export.what'))}
          {blank}
          <Menu labels={PLACES.map((place) => t(PLACE_LABELS[place]))} row={state.row} />
        </>
      );
    case 'file':
      return (
        <>
          {said(t('export.file'))}
          {said(t('export.fileNote'))}
          {blank}
          <Row
            line={[{ text: ` ${glyphs.pointer} `, style: 'focus' }, ...textPieces(state.file, width - 4)]}
            width={width}
          />
        </>
      );
    case 'usbDrive':
      return (
        <>
          {said(t('export.usbDrive'))}
          {said(t('export.usbDriveNote'))}
          {blank}
          {state.usbDrives === null ? (
            said(t('export.looking'))
          ) : state.usbDrives.length === 0 ? (
            said(t('export.noUsbDrive'))
          ) : (
            <UsbDrives usbDrives={state.usbDrives} row={state.row} />
          )}
        </>
      );
    case 'working':
      return said(t('export.working'));
  }
}

function UsbDrives({ usbDrives, row }: { readonly usbDrives: readonly UsbDrive[]; readonly row: number }): ReactNode {
  const { t } = useLook();
  return <Menu labels={usbDrives.map((usbDrive) => usbDriveLabel(usbDrive, t))} row={row} />;
}

export function usbDriveLabel({ device, type, label, name, sizeMiB }: UsbDrive, t: Look['t']): string {
  return [
    device.replace('/dev/', ''),
    label === null ? type : `${type} "${label}"`,
    name,
    figuresOf(t).size(sizeMiB),
  ].join('  ');
}

/** The keys of each step. */
export function exportKeys(state: ExportState, { t }: Look): string[] {
  switch (state.step) {
    case 'where':
      return [t('keys.choose'), t('keys.move'), t('keys.close')];
    case 'file':
      return [t('keys.write'), t('keys.close')];
    case 'usbDrive':
      return [
        ...((state.usbDrives?.length ?? 0) === 0 ? [] : [t('keys.write'), t('keys.move')]),
        t('keys.rescan'),
        t('keys.close'),
      ];
    case 'working':
      return [];
  }
}
