/** What a machine may be known by. */
import { EXIT, failure } from '../../errors.ts';

const MACHINE_KEYS = ['mac', 'serial', 'uuid', 'product', 'hostname'] as const;

/** `key=value` of a machine. */
export function knownBy(text: string): string {
  machineWord(text);
  return text;
}

/** Taken apart; a MAC as six pairs. Throws as `knownBy` does. */
export function machineWord(text: string): { readonly key: (typeof MACHINE_KEYS)[number]; readonly value: string } {
  const [, word, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const key = MACHINE_KEYS.find((known) => known === word);
  if (key === undefined || value === undefined)
    throw failure('usage.machineKey', EXIT.usage, { given: text, keys: { list: MACHINE_KEYS, by: 'comma' } });
  if (key !== 'mac') return { key, value };
  const mac = (
    value
      .toLowerCase()
      .replaceAll(/[^0-9a-f]/g, '')
      .match(/../g) ?? []
  ).join(':');
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) throw failure('usage.mac', EXIT.usage, { given: value });
  return { key, value: mac };
}
