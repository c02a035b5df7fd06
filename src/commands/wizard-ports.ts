/** What the wizard does to this machine: look, hash, write files. Loaded after the first screen is drawn. */
import { sshKeyProblem } from '../check/ssh-key.ts';
import { probeFacts } from '../facts/probe.ts';
import { showText } from '../system/show-text.ts';
import { writeToStick } from '../system/stick.ts';
import { systemProbe } from '../system/probe-port.ts';
import { hashPassword, ownPublicKeys, writePrivate } from '../system/quickstart-files.ts';
import { keepImageSeed } from '../system/image-files.ts';
import { lookAtImage } from '../system/wizard-files.ts';
import type { WizardPorts } from '../ui/wizard/session.ts';
import { screenTexts } from './screen-texts.ts';
import { thisTerminal } from './this-terminal.ts';

export const ports: Pick<WizardPorts, 'probe' | 'lookAtImage' | 'keepImageSeed' | 'hashPassword' | 'writePrivate' | 'writeToStick' | 'showText'> = {
  probe: async () => {
    const port = systemProbe();
    return {
      facts: await probeFacts(port), // What the rules would refuse (old kinds, certificates) lets nobody in.
      ownKeys: (await ownPublicKeys()).filter((key) => sshKeyProblem(key) === null),
      isMedium: (await port.list('/run/xenwright/medium')).length > 0, isRoot: process.getuid?.() === 0,
    };
  },
  keepImageSeed: async (file, seed) => { await keepImageSeed(file, seed); },
  lookAtImage, hashPassword, writePrivate, writeToStick,
  showText: async (text) => {
    const t = await screenTexts(thisTerminal());
    return await showText(text, { more: t('export.more'), end: t('export.end') });
  },
};
