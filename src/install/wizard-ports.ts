/** What the wizard does to this machine: look, hash, write files. Loaded after the first screen is drawn. */
import { sshKeyProblem } from '../check/ssh-key.ts';
import { probeFacts } from '../facts/probe.ts';
import { EMULATES_WHOLE } from '../system/vm/boot-machine.ts';
import { packageNames } from '../system/process/package-names.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import { hashPassword, ownPublicKeys } from '../system/files/quickstart-files.ts';
import { mountsImages } from '../system/disk/image-mounts.ts';
import { keepImageSeed } from '../system/disk/image-files.ts';
import { lookAtImage } from '../system/files/wizard-files.ts';
import { exportPorts } from './export-ports.ts';
import type { WizardPorts } from '../ui/wizard/session.ts';

export const ports: Pick<
  WizardPorts,
  | 'probe'
  | 'lookAtImage'
  | 'lookAtMedium'
  | 'keepImageSeed'
  | 'packageNames'
  | 'hashPassword'
  | 'writePrivate'
  | 'writeToUsbDrive'
  | 'showText'
> = {
  probe: async () => {
    const port = systemProbe();
    const [facts, canMount] = await Promise.all([probeFacts(port), mountsImages()]);
    return {
      facts,
      mountsImages: canMount,
      // What the rules would refuse (old kinds, certificates) lets nobody in.
      ownKeys: (await ownPublicKeys()).filter((key) => sshKeyProblem(key) === null),
      isMedium: (await port.list('/run/xenwright/medium')).length > 0,
      isRoot: process.getuid?.() === 0,
      emulates: EMULATES_WHOLE,
    };
  },
  lookAtMedium: async (source, forImage) =>
    await (await import('../system/medium/probe.ts')).probeMedium(source, forImage),
  keepImageSeed: async (file, seed) => {
    await keepImageSeed(file, seed);
  },
  lookAtImage,
  packageNames,
  hashPassword,
  writePrivate: exportPorts.writePrivate,
  writeToUsbDrive: exportPorts.writeToUsbDrive,
  showText: exportPorts.showText,
};
