/** What `domu set` is asked for, as changes of the profile: `memory=1G`, `disks.data.size=20G`. Pure. */
import type { Message } from '../../../i18n/phrase.ts';
import type { DomuSettings } from '../../../profile/effective.ts';
import { isTelling } from '../../../secret-looks.ts';
import type { FieldChange } from '../../../profile/kept-text.ts';

/** What of a DomU can be changed later, without its disks, interfaces and options. */
export const PLAIN_KEYS = [
  ...['memory', 'memoryMax', 'vcpus', 'vcpusMax'],
  ...['autostart', 'order', 'startDelay', 'stopTimeout', 'onCrash'],
] as const;
/** What of an interface is Dom0's alone: its addresses are written inside the guest. */
const OF_INTERFACE = ['bridge', 'antispoof'];
const OF_DISK = ['size', 'mount', 'filesystem'];
const OPTIONS = 'options';
/** For people, in the order of the help. */
const ALL_KEYS = [...PLAIN_KEYS, 'disks.NAME.size', 'network.0.bridge', 'network.0.antispoof', `${OPTIONS}.KEY`];

export interface Wishes {
  readonly changes: readonly FieldChange[];
  /** Why some of them are none. */
  readonly refused: readonly Message[];
}

/** Every word at once. `domu`: as it is. */
export function wishesOf(words: readonly string[], domu: DomuSettings): Wishes {
  const changes: FieldChange[] = [];
  const refused: Message[] = [];
  const fresh: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    const [key, text] = [word.slice(0, Math.max(0, at)), word.slice(at + 1)];
    const found = at < 1 ? null : (changesOf(key.split('.'), text === '' ? null : text, domu, fresh) ?? null);
    if (found === null)
      refused.push({ key: 'commandLine.domu.set.noKey', values: { name: key, keys: { list: ALL_KEYS, by: 'comma' } } });
    else changes.push(...found);
  }
  return { changes, refused };
}

/** Null: nothing that can be set. `fresh`: disks that the words before this one have added. */
function changesOf(
  parts: readonly string[],
  value: string | null,
  domu: DomuSettings,
  fresh: string[],
): readonly FieldChange[] | null {
  const [first = '', second = '', ...rest] = parts;
  const [third = ''] = rest;
  if (parts.length === 1) return (PLAIN_KEYS as readonly string[]).includes(first) ? [{ path: [first], value }] : null;
  // A password on a command line is everybody's to read, and the kept profile has none.
  if (first === OPTIONS && isTelling(second)) return null;
  if (first === OPTIONS) return [{ path: [OPTIONS, [second, ...rest].join('.')], value }];
  if (first === 'network')
    return /^\d+$/.test(second) && Number(second) < domu.network.length && OF_INTERFACE.includes(third)
      ? [{ path: ['network', Number(second), third], value }]
      : null;
  if (first !== 'disks') return null;
  if (second === 'root')
    return parts.length === 3 && third === 'size' ? [{ path: ['disks', 'root', third], value }] : null;
  // `disks.data.NAME.size` is the same: people know it from the profile.
  const [name, key, more] =
    second === 'data' && rest.length === 2 ? [third, rest[1] ?? '', ''] : [second, third, rest[1]];
  if (name === 'swap' || (more ?? '') !== '' || !OF_DISK.includes(key)) return null;
  return ofDataDisk(name, key, value, domu, fresh);
}

function ofDataDisk(
  name: string,
  key: string,
  value: string | null,
  { disks }: DomuSettings,
  fresh: string[],
): readonly FieldChange[] | null {
  const known = disks.data.findIndex((disk) => disk.name === name);
  const disk = disks.data[known];
  // A command that is repeated names what is there already.
  if (disk !== undefined && key !== 'size') return disk[key as 'mount' | 'filesystem'] === value ? [] : null;
  if (disk !== undefined) return [{ path: ['disks', 'data', known, key], value }];
  const isNew = !fresh.includes(name);
  if (isNew) fresh.push(name);
  const at = disks.data.length + fresh.indexOf(name);
  return [
    ...(isNew ? [{ path: ['disks', 'data', at], value: JSON.stringify({ name }) }] : []),
    { path: ['disks', 'data', at, key], value },
  ];
}
