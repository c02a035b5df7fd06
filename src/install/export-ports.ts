/** How a profile is taken along from here: what the wizard's review and the last screen of its install share. */
import { probeFacts } from '../facts/probe.ts';
import { usbDrivesOf } from '../facts/usb-drives.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import { writeNamed } from '../system/files/own-files.ts';
import { writeToUsbDrive } from '../system/disk/usb-drive.ts';
import type { ExportPorts } from '../ui/wizard/carry-out-export.ts';
import { showTextHere } from './show-text-here.ts';

export const exportPorts: ExportPorts = {
  writePrivate: writeNamed,
  writeToUsbDrive,
  // Again each time: the USB drive may have been plugged in just now.
  findUsbDrives: async () => usbDrivesOf((await probeFacts(systemProbe())).disks),
  showText: showTextHere,
};
