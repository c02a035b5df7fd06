/** What the wizard does to this machine: look, hash, write files. Loaded after the first screen is drawn. */
import { probeFacts } from '../facts/probe.ts';
import { systemProbe } from '../system/probe-port.ts';
import { hashPassword, ownPublicKeys, writePrivate } from '../system/quickstart-files.ts';
import { keepImageSeed, lookAtImage } from '../system/wizard-files.ts';
import type { WizardPorts } from '../ui/wizard/session.ts';

export const ports: Pick<WizardPorts, 'probe' | 'lookAtImage' | 'keepImageSeed' | 'hashPassword' | 'writePrivate'> = {
  probe: async () => {
    const port = systemProbe();
    return { facts: await probeFacts(port), ownKeys: await ownPublicKeys(), isMedium: (await port.list('/run/xenwright/medium')).length > 0 };
  },
  lookAtImage, keepImageSeed, hashPassword, writePrivate,
};
