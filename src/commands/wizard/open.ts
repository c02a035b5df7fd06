/** The wizard, or its demo: whichever the options ask for. What each of them needs is loaded only then. */
import { EXIT, failure } from '../../errors.ts';
import type { CommandIo } from '../../system/process/process-io.ts';

export interface WizardGiven {
  readonly profile?: string;
  readonly image?: string;
  readonly demo?: true;
  readonly machine?: string;
  readonly demoFailure?: true;
  readonly demoSeconds?: string;
}

export async function openWizard({ demo, image, ...given }: WizardGiven, io: CommandIo): Promise<number> {
  const options = { ...given, image: image === undefined ? [] : [image] };
  if (demo === true) return await (await import('./demo.ts')).demo(options, io);
  if (given.machine !== undefined || given.demoFailure !== undefined || given.demoSeconds !== undefined)
    throw failure('usage.demoOnly', EXIT.usage);
  return await (await import('./run.ts')).wizard(options, io);
}
