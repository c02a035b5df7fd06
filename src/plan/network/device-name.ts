/** Names of network devices: within what Linux takes, the same on each install, and no two alike. Pure. */
import { createHash } from 'node:crypto';
import type { Facts } from '../../facts/facts.ts';

/** IFNAMSIZ, without the NUL at its end. */
const LONGEST = 15;
const CODE_CHARACTERS = 4;

/**
 * A device's name with what is made on it: `enp3s0` and `.20` give `enp3s0.20`. A long name keeps its beginning and
 * gets a code of the whole, by which two that begin alike differ.
 */
export function shortened(name: string, suffix: string): string {
  const whole = `${name}${suffix}`;
  if (whole.length <= LONGEST) return whole;
  const code = codeOf(name, CODE_CHARACTERS);
  return `${name.slice(0, LONGEST - suffix.length - code.length - 1)}-${code}${suffix}`;
}

/** Some characters that stand for a text: hexadecimal ones, at most 64. */
export function codeOf(text: string, characters: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, characters);
}

/**
 * The name a card gets on the host. Many rescue systems leave the kernel's own names (eth0): those cannot be pinned,
 * since the host's kernel may have given the same one to another card by then.
 */
export function nameToPin(name: string, { nics }: Pick<Facts, 'nics'>): string {
  const own = name.replace(/^(eth|wlan)(?=\d+$)/, 'nic');
  return nics.some((nic) => nic.name === own) ? name : own;
}
