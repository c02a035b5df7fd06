/** The verbs of `xenwright domu` that are still to come: refused in words, never half done. */
import { EXIT } from '../../errors.ts';
import type { CommandIo } from '../../system/process/process-io.ts';

/** What each would do, and what does it until then. */
export const DOMU_VERBS_NOT_YET: Readonly<Record<string, { readonly purpose: string; readonly instead?: string }>> = {
  list: { purpose: 'list the DomUs of this host', instead: 'xl list; /etc/xenwright/domus has a record of each' },
  remove: { purpose: 'remove a DomU with its disks' },
  start: { purpose: 'start DomUs', instead: '/usr/lib/xenwright/domus start NAME' },
  stop: { purpose: 'stop DomUs', instead: '/usr/lib/xenwright/domus stop NAME' },
  rescue: { purpose: 'work in the system of a DomU that does not start' },
  upgrade: { purpose: 'upgrade a DomU, with a way back' },
  rollback: { purpose: 'take an upgrade back' },
  reinstall: { purpose: 'make a DomU anew' },
  dump: { purpose: 'save the disks of a DomU' },
  share: { purpose: 'share a folder with a DomU' },
};

/** Always exit 2. */
export function domuNotYet(verb: string, io: CommandIo): number {
  const { purpose, instead } = DOMU_VERBS_NOT_YET[verb] ?? { purpose: '' };
  io.err(
    `xenwright domu ${verb}: not supported yet: ${purpose}\n${instead === undefined ? '' : `Until then: ${instead}\n`}`,
  );
  return EXIT.usage;
}
