/** `xenwright wizard`: the wizard, or its demo, also on a host that is installed. */
import type { CommandData } from '../../command-line/command.ts';
import { WIZARD_OPTIONS } from '../../command-line/shared-options.ts';
import type { WizardGiven } from './open.ts';

export const command: CommandData<[], WizardGiven> = {
  name: 'wizard',
  words: 'commandLine.wizard.about',
  options: WIZARD_OPTIONS,
  run: async (io, given) => await (await import('./open.ts')).openWizard(given, io),
};
