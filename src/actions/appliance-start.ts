/** The start of the appliance, as a step of its own: what takes its time has its name. */
import type { ActionHandler } from './kind.ts';

export const applianceStart: ActionHandler<'appliance.start'> = {
  kind: 'appliance.start',
  commands: () => [
    {
      argv: ['true'],
      note: 'a small virtual machine is started here; what follows happens in it, with the image as its disk',
    },
  ],
  // Whoever carries out the first action of a run in the appliance has started it by then.
  apply: async () => undefined,
};
