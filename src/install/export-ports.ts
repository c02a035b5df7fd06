/** How a profile is taken along from here: what the wizard's review and the last screen of its install share. */
import { probeFacts } from '../facts/probe.ts';
import { sticksOf } from '../facts/sticks.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import { writePrivate } from '../system/files/quickstart-files.ts';
import { writeToStick } from '../system/disk/usb-drive.ts';
import type { ExportPorts } from '../ui/wizard/carry-out-export.ts';
import { showTextHere } from './show-text-here.ts';

export const exportPorts: ExportPorts = {
  writePrivate,
  writeToStick,
  // Anew each time: the stick may have been plugged in just now.
  findSticks: async () => sticksOf((await probeFacts(systemProbe())).disks),
  showText: showTextHere,
};
