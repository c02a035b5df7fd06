/**
 * Which machine is to be installed: this one, that of given facts, or the one an image is made for; with `--as`, one
 * that is only named.
 */
import { hostname } from 'node:os';
import { probeProduct } from '../facts/firmware.ts';
import { imageMachine } from '../facts/image-machine.ts';
import { identityOf, type MachineIdentity } from '../facts/machine-identity.ts';
import { probeNics } from '../facts/nics.ts';
import { imageSeed } from '../system/disk/image-files.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import { machineWord } from '../command-line/values/machines.ts';
import { parseImage } from '../command-line/values/images.ts';
import { readFacts } from './read-facts.ts';

export interface MachineOptions {
  readonly facts?: string;
  readonly image?: readonly string[];
  /** `key=value`: what to be known by instead. */
  readonly as?: readonly string[];
}

/** Throws usage errors. */
export async function machineHere(options: MachineOptions, io: CommandIo): Promise<MachineIdentity> {
  const named = asNamed(options.as ?? []);
  if (named !== null) return named;
  if (options.facts !== undefined) return identityOf(await readFacts(options.facts, io), null);
  const [image] = (options.image ?? []).map(parseImage);
  if (image !== undefined)
    return identityOf(
      imageMachine({ disks: [], seed: await imageSeed(image.file), aptSources: { mirrors: [] } }),
      null,
    );
  const port = systemProbe();
  return identityOf({ product: await probeProduct(port), nics: await probeNics(port) }, hostname());
}

/** The machine that `--as` names: nothing else of it is known. Null without any. */
function asNamed(as: readonly string[]): MachineIdentity | null {
  if (as.length === 0) return null;
  const words = as.map(machineWord);
  const all = (key: string): string[] => words.filter((word) => word.key === key).map(({ value }) => value);
  const one = (key: string): string | null => all(key)[0] ?? null;
  return identityOf(
    {
      product: { vendor: null, name: one('product'), serial: one('serial'), uuid: one('uuid') },
      nics: all('mac').map((mac, index) => ({
        name: `nic${index}`,
        mac,
        pci: null,
        driver: null,
        carrier: true,
        speedMbit: null,
      })),
    },
    one('hostname'),
  );
}
