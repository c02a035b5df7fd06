/** Which machine is to be installed: this one, that of given facts, or the one an image is made for; with `--as`, one that is only named. */
import { hostname } from 'node:os';
import { EXIT, XenwrightError } from '../errors.ts';
import { probeProduct } from '../facts/firmware.ts';
import { imageMachine } from '../facts/image-machine.ts';
import { identityOf, type MachineIdentity } from '../facts/machine-identity.ts';
import { probeNics } from '../facts/nics.ts';
import { imageSeed } from '../system/image-files.ts';
import type { CommandIo } from '../system/process-io.ts';
import { systemProbe } from '../system/probe-port.ts';
import { parseImage } from './target-facts.ts';
import { readFacts } from './read-facts.ts';

export interface MachineOptions { readonly facts?: string; readonly image?: readonly string[]; /** `key=value`: what to be known by instead. */ readonly as?: readonly string[] }

const KEYS = ['mac', 'serial', 'uuid', 'product', 'hostname'];

/** Throws usage errors. */
export async function machineHere(options: MachineOptions, io: CommandIo): Promise<MachineIdentity> {
  const named = asNamed(options.as ?? []);
  if (named !== null) return named;
  if (options.facts !== undefined) return identityOf(await readFacts(options.facts, io), null);
  const [image] = (options.image ?? []).map(parseImage);
  if (image !== undefined) return identityOf(imageMachine({ disks: [], seed: await imageSeed(image.file), aptSources: { mirrors: [] } }), null);
  const port = systemProbe();
  return identityOf({ product: await probeProduct(port), nics: await probeNics(port) }, hostname());
}

/** The machine that `--as` names: nothing else of it is known. Null without any. */
function asNamed(as: readonly string[]): MachineIdentity | null {
  if (as.length === 0) return null;
  const values = new Map<string, string[]>();
  for (const text of as) {
    const [, key, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (key === undefined || value === undefined || !KEYS.includes(key)) throw wrong(`--as ${text}: not KEY=VALUE with a known key`, `there are ${KEYS.join(', ')}: --as mac=52:54:00:12:34:56`);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const one = (key: string): string | null => values.get(key)?.[0] ?? null;
  const macs = (values.get('mac') ?? []).map((mac) => (mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '').match(/../g) ?? []).join(':'));
  const bad = macs.findIndex((mac) => !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac));
  if (bad >= 0) throw wrong(`--as mac=${values.get('mac')?.[bad]}: not a MAC address`, 'write it like --as mac=52:54:00:12:34:56');
  return identityOf({ product: { vendor: null, name: one('product'), serial: one('serial'), uuid: one('uuid') }, nics: macs.map((mac, index) => ({ name: `nic${index}`, mac, pci: null, driver: null, carrier: true, speedMbit: null })) }, one('hostname'));
}

function wrong(message: string, hint: string): XenwrightError {
  return new XenwrightError({ code: 'usage', exit: EXIT.usage, message, hint });
}
