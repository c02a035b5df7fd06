/** The host's seed: what derived MACs and UUIDs start from, so that plans stay pure and two hosts never collide. */
import { createHash } from 'node:crypto';
import type { NicFacts } from './facts.ts';

export interface FirmwareIdentity {
  readonly vendor: string | null;
  readonly name: string | null;
  readonly serial: string | null;
  readonly uuid: string | null;
}

/**
 * Hex seed from the firmware's identity and the MACs of the NICs. Order and notation do not matter. Null when the
 * machine has neither: the caller must then draw one and keep it, because nothing of this machine is its own.
 */
export function machineSeed(product: FirmwareIdentity, nics: readonly Pick<NicFacts, 'mac'>[]): string | null {
  const macs = nics
    .map((nic) => nic.mac.toLowerCase())
    .filter((mac) => !isSharedMac(mac))
    .sort();
  if (product.serial === null && product.uuid === null && macs.length === 0) return null;
  const identity = [product.vendor, product.name, product.serial, product.uuid?.toLowerCase() ?? null, ...macs];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

/** All zeroes and broadcast are what broken cards report; they tell no two machines apart. */
function isSharedMac(mac: string): boolean {
  return mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff';
}
