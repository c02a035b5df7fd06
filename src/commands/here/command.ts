/** `xenwright` without a command: on a Xen host its screen, elsewhere the wizard. */
import type { CommandData } from '../../command-line/command.ts';
import { WIZARD_OPTIONS } from '../../command-line/shared-options.ts';
import type { WizardGiven } from '../wizard/open.ts';

export const command: CommandData<[], WizardGiven> = {
  name: 'xenwright',
  words: 'commandLine.xenwright.about',
  notes: 'commandLine.xenwright.notes',
  options: WIZARD_OPTIONS,
  run: async (io, given) => await (await import('./run.ts')).here(given, io),
};
