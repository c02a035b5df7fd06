/** What is opened where no command is named: what is asked for by an option, else what fits this machine. */
import type { CommandIo } from '../../system/process/process-io.ts';
import { isHost } from '../../system/host/is-host.ts';
import type { WizardGiven } from '../wizard/open.ts';

/** `asHost`: is this a host to be looked after? */
export async function here(given: WizardGiven, io: CommandIo, asHost: () => boolean = isHost): Promise<number> {
  const isAsked = Object.keys(given).some((option) => option !== 'screenReader');
  if (!isAsked && asHost()) return await (await import('../host/screen/run.ts')).hostScreen(io);
  return await (await import('../wizard/open.ts')).openWizard(given, io);
}
