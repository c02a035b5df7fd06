/** `hosts:` rules: which of them fits a machine. Pure. */
import { cleanDmi, cleanUuid } from '../facts/firmware.ts';
import type { MachineIdentity } from '../facts/machine-identity.ts';
import { plainMac } from '../facts/macs.ts';
import type { ParsedProfile } from './schema.ts';

export type HostRule = NonNullable<ParsedProfile['hosts']>[number];
type Match = HostRule['match'];
type Key = keyof Match;

/** The first rule that fits: its number and what it was known by. Null where none does. */
export function fittingRule(
  rules: readonly HostRule[],
  machine: MachineIdentity,
): { readonly index: number; readonly by: string } | null {
  for (const [index, { match }] of rules.entries()) {
    const found = keysOf(match).map((key) => ({ key, value: fits(key, wanted(match[key]), machine) }));
    if (found.length > 0 && found.every(({ value }) => value !== null))
      return { index, by: found.map(({ key, value }) => `${key} ${value}`).join(', ') };
  }
  return null;
}

/** `hosts[0]: mac 52:54:00:12:34:56 or …, serial A1` */
export function describeRule({ match }: HostRule, index: number): string {
  return `hosts[${index}]: ${keysOf(match)
    .map((key) => `${key} ${wanted(match[key]).join(' or ')}`)
    .join(', ')}`;
}

/** What of the machine fits one of the wanted values. What the machine does not know fits nothing. */
function fits(key: Key, values: readonly string[], machine: MachineIdentity): string | null {
  if (key === 'mac') {
    const plain = new Set(values.map(plainMac));
    return machine.macs.find((mac) => plain.has(plainMac(mac))) ?? null;
  }
  const own = machine[key];
  return own !== null && values.some((value) => isSame(key, value, own)) ? own : null;
}

function isSame(key: Exclude<Key, 'mac'>, value: string, own: string): boolean {
  if (key === 'uuid') return cleanUuid(value) === own;
  if (key === 'hostname') {
    const [a, b] = [value.toLowerCase(), own.toLowerCase()];
    // A short name means whichever domain the network added.
    return a === b || (!a.includes('.') && a === b.split('.')[0]);
  }
  return cleanDmi(value)?.toLowerCase() === own.toLowerCase();
}

function keysOf(match: Match): Key[] {
  return (Object.keys(match) as Key[]).filter((key) => match[key] !== undefined);
}

function wanted(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
