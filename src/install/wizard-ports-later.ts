/** The wizard's ports: the system behind them is loaded when it is first asked for, after the first screen. */
import { randomBytes } from 'node:crypto';
import type { WizardPorts } from '../ui/wizard/session.ts';
import type { SavedDraft } from '../ui/wizard/state.ts';

/** `store`: where answers are kept between two sessions. */
export function wizardPorts(store: { write(saved: SavedDraft): void; clear(): void }): WizardPorts {
  const world = async (): Promise<typeof import('./wizard-ports.ts').ports> => {
    // A turn of the loop later, so that the screen is drawn first.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    return (await import('./wizard-ports.ts')).ports;
  };
  return {
    probe: async () => await (await world()).probe(),
    lookAtImage: async (file) => await (await world()).lookAtImage(file),
    lookAtMedium: async (source, forImage) => await (await world()).lookAtMedium(source, forImage),
    keepImageSeed: async (file, seed) => await (await world()).keepImageSeed(file, seed),
    packageNames: async () => await (await world()).packageNames(),
    hashPassword: async (password) => await (await world()).hashPassword(password),
    writePrivate: async (file, text) => await (await world()).writePrivate(file, text),
    writeToUsbDrive: async (usbDrive, name, text) => await (await world()).writeToUsbDrive(usbDrive, name, text),
    showText: async (text) => await (await world()).showText(text),
    freshSeed: randomBytes(32).toString('hex'),
    saveDraft: (saved) => store.write(saved),
    forgetDraft: () => store.clear(),
    now: () => new Date(),
  };
}
