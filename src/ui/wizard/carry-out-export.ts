/** Does what an export asks for, and tells how it went. It knows the system by its ports alone. */
import { reasonOf } from '../../errors.ts';
import { isOwnerless, type UsbDrive } from '../../facts/usb-drives.ts';
import { hasSecrets } from '../../profile/export.ts';
import type { ExportEffect, ExportEvent } from './export-state.ts';

export interface ExportPorts {
  writePrivate(file: string, text: string): Promise<void>;
  findUsbDrives(): Promise<readonly UsbDrive[]>;
  /** Gives the name the file has there. */
  writeToUsbDrive(usbDrive: UsbDrive, name: string, text: string): Promise<string>;
  /** Shows a text on the ordinary screen until the person has seen it. The full screen must be left meanwhile. */
  showText(text: string): Promise<void>;
}

/** Gives the terminal away while the work is done. */
export type Suspend = (work: () => Promise<void>) => Promise<void>;

export async function carryOutExport(
  effect: ExportEffect,
  text: () => Promise<string>,
  ports: ExportPorts,
  suspend: Suspend,
): Promise<ExportEvent> {
  try {
    switch (effect.type) {
      case 'find-usb-drives':
        return { type: 'usb-drives', usbDrives: await ports.findUsbDrives() };
      case 'export-file':
        await ports.writePrivate(effect.file, await text());
        return { type: 'exported', file: effect.file };
      case 'export-usb-drive': {
        const written = await text();
        return {
          type: 'exported',
          file: await ports.writeToUsbDrive(effect.usbDrive, effect.name, written),
          usbDrive: effect.usbDrive.device,
          isOpen: isOwnerless(effect.usbDrive.type) && hasSecrets(written),
        };
      }
      case 'export-screen': {
        const shown = await text();
        await suspend(async () => await ports.showText(shown));
        return { type: 'export-shown' };
      }
    }
  } catch (error) {
    return { type: 'export-failed', reason: reasonOf(error) };
  }
}
