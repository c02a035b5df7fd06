/**
 * What tells a machine from its siblings: what the placeholders of a SOURCE stand for, and what `hosts:` rules match.
 * Pure.
 */
import type { Listing } from '../i18n/phrase.ts';
import type { Facts } from './facts.ts';
import { cleanDmi, cleanUuid } from './firmware.ts';

/** Null: not known, also where the firmware says the same junk on every machine. */
export interface MachineIdentity {
  /** `52:54:00:12:34:56`, each NIC's; those with a carrier first. */
  readonly macs: readonly string[];
  readonly serial: string | null;
  readonly uuid: string | null;
  readonly product: string | null;
  /** The name this machine goes by now, as its network gave it. */
  readonly hostname: string | null;
}

/** Names that say nothing about a machine. */
const NO_NAMES = new Set(['', '(none)', 'localhost', 'localhost.localdomain', 'xenwright']);

/** `hostname`: what the system calls itself now. */
export function identityOf(facts: Pick<Facts, 'product' | 'nics'>, hostname: string | null): MachineIdentity {
  const macs = facts.nics.toSorted((a, b) => Number(b.carrier) - Number(a.carrier)).map(({ mac }) => mac.toLowerCase());
  return {
    macs: [...new Set(macs)].filter((mac) => mac !== '00:00:00:00:00:00' && mac !== 'ff:ff:ff:ff:ff:ff'),
    serial: cleanDmi(facts.product.serial),
    uuid: cleanUuid(facts.product.uuid),
    product: cleanDmi(facts.product.name),
    hostname: hostname === null || NO_NAMES.has(hostname.trim().toLowerCase()) ? null : hostname.trim().toLowerCase(),
  };
}

/** One line for people. */
export function describeIdentity({ macs, serial, uuid, product, hostname }: MachineIdentity): Listing {
  const known = { mac: macs.length === 0 ? null : macs.join(', '), serial, uuid, product, hostname };
  return {
    list: Object.entries(known).map(([name, value]) =>
      value === null ? { key: 'parts.unknownOf' as const, values: { name } } : `${name} ${value}`,
    ),
    by: 'semicolon',
  };
}
