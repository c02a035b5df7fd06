/**
 * `xenwright.*` words of the kernel command line, and the same defaults as a file on the medium. What is not understood
 * is told, never ignored. Pure.
 */
import type { TextKey } from '../../i18n/keys.ts';
import { LOCALES, localeMeantBy, type Locale } from '../../i18n/locales.ts';
import type { Phrase, Word } from '../../i18n/phrase.ts';
import { nearest } from '../../profile/nearest.ts';

export type OnError = 'hold' | 'shell' | 'reboot' | 'poweroff';
interface StaticAddress {
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string | null;
  readonly dns: readonly string[];
}
export interface KernelOptions {
  readonly profile: readonly string[];
  readonly set: readonly string[];
  readonly allowClear: readonly string[];
  readonly sha256: string | null;
  /** Text of OpenSSH public keys, or the path or URL of a file of them. */
  readonly pubkey: string | null;
  readonly tls: string | null;
  readonly ui: 'auto' | 'plain' | 'panes' | 'json';
  readonly onError: OnError | null;
  readonly ip: StaticAddress | null;
  readonly vlan: number | null;
  readonly ssh: 'off' | 'key' | 'password';
  readonly sshKeys: readonly string[];
  readonly report: string | null;
  readonly keyboard: string | null;
  /** What the consoles speak; null: what the profile says. */
  readonly lang: Locale | null;
}
/** `faults` are for people, a sentence each. */
export interface ParsedOptions {
  readonly options: KernelOptions;
  readonly faults: readonly Phrase[];
  /** The options that were given. */
  readonly given: ReadonlySet<keyof KernelOptions>;
}

export const NO_OPTIONS: KernelOptions = {
  profile: [],
  set: [],
  allowClear: [],
  sha256: null,
  pubkey: null,
  tls: null,
  ui: 'auto',
  onError: null,
  ip: null,
  vlan: null,
  ssh: 'off',
  sshKeys: [],
  report: null,
  keyboard: null,
  lang: null,
};

const PREFIX = 'xenwright.';
type Told = { -readonly [Key in keyof KernelOptions]: KernelOptions[Key] };
/** Null: understood. Else what is wrong with the value. */
type Take = (told: Told, value: string) => Phrase | null;

const wrong = (key: TextKey, values?: Readonly<Record<string, Word>>): Phrase =>
  values === undefined ? { key } : { key, values };
const isOneOf = (choices: readonly string[]): Phrase => wrong('session.faults.oneOf', { choices: choices.join(', ') });

const choice =
  <Key extends 'ui' | 'onError' | 'ssh'>(key: Key, choices: readonly (KernelOptions[Key] & string)[]): Take =>
  (told, value) => {
    const found = choices.find((one) => one === value);
    if (found === undefined) return isOneOf(choices);
    told[key] = found as Told[Key];
    return null;
  };
const hex =
  (key: 'sha256' | 'tls'): Take =>
  (told, value) => {
    const digits = value.replaceAll(':', '').toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(digits)) return wrong('session.faults.hex');
    told[key] = digits;
    return null;
  };
const words =
  (key: 'set' | 'allowClear' | 'sshKeys'): Take =>
  (told, value) => {
    told[key] = [...told[key], value];
    return null;
  };
const text =
  (key: 'pubkey' | 'report' | 'keyboard'): Take =>
  (told, value) => {
    told[key] = value;
    return null;
  };

/** Of the initrd, which finds or fetches the live system: not the session's to understand. */
const OF_INITRD = ['xenwright.squashfs=', 'xenwright.medium='];
/** One row an option: its name on the command line, its field, and how its value is taken. */
const OPTIONS: Readonly<Record<string, { readonly field: keyof KernelOptions; readonly take: Take }>> = {
  profile: {
    field: 'profile',
    take: (told, value) => {
      told.profile = [...told.profile, ...splitSources(value)];
      return null;
    },
  },
  sha256: { field: 'sha256', take: hex('sha256') },
  pubkey: { field: 'pubkey', take: text('pubkey') },
  tls: { field: 'tls', take: hex('tls') },
  ui: { field: 'ui', take: choice('ui', ['auto', 'plain', 'panes', 'json']) },
  set: {
    field: 'set',
    take: (told, value) =>
      /^[^=]+=/.test(value) ? words('set')(told, value) : wrong('session.faults.form', { form: 'path=value' }),
  },
  'on-error': { field: 'onError', take: choice('onError', ['hold', 'shell', 'reboot', 'poweroff']) },
  ip: { field: 'ip', take: takeAddress },
  vlan: {
    field: 'vlan',
    take: (told, value) => {
      const id = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (id < 1 || id > 4094) return wrong('session.faults.vlan');
      told.vlan = id;
      return null;
    },
  },
  ssh: { field: 'ssh', take: choice('ssh', ['off', 'key', 'password']) },
  sshkey: {
    field: 'sshKeys',
    take: (told, value) =>
      /^(ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+/.test(value)
        ? words('sshKeys')(told, value)
        : wrong('session.faults.sshkey', { example: '"xenwright.sshkey=ssh-ed25519 AAAA..."' }),
  },
  'allow-clear': { field: 'allowClear', take: words('allowClear') },
  report: {
    field: 'report',
    take: (told, value) =>
      /^https?:\/\/\S+$/.test(value)
        ? text('report')(told, value)
        : wrong('session.faults.address', { form: 'http(s)://' }),
  },
  keyboard: {
    field: 'keyboard',
    take: (told, value) =>
      /^[a-z0-9_,.()-]+$/i.test(value) ? text('keyboard')(told, value) : wrong('session.faults.keyboard'),
  },
  lang: {
    field: 'lang',
    take: (told, value) => {
      const locale = localeMeantBy(value);
      if (locale === null) return isOneOf(LOCALES);
      told.lang = locale;
      return null;
    },
  },
};

/**
 * The options of a whole kernel command line (/proc/cmdline): words of others are theirs. Quoting is the kernel's:
 * "a.b=c d".
 */
export function parseKernelOptions(commandLine: string): ParsedOptions {
  const told: Told = { ...NO_OPTIONS };
  const given = new Set<keyof KernelOptions>();
  const faults: Phrase[] = [];
  for (const word of splitWords(commandLine)) {
    if (!word.startsWith(PREFIX) || OF_INITRD.some((name) => word.startsWith(name))) continue;
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(word.slice(PREFIX.length)) ?? [];
    const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (option === undefined) {
      const near = nearest(name, Object.keys(OPTIONS));
      faults.push(
        near === null
          ? wrong('session.faults.unknown', { word: `${PREFIX}${name}`, known: Object.keys(OPTIONS).join(', ') })
          : wrong('session.faults.unknownNear', { word: `${PREFIX}${name}`, near: `${PREFIX}${near}` }),
      );
      continue;
    }
    const isEmpty = value === undefined || value === '';
    const what = isEmpty ? wrong('session.faults.noValue') : option.take(told, value);
    const place = { word: `${PREFIX}${name}`, what: what ?? '' };
    if (what === null) given.add(option.field);
    // What `set` carries may be a secret.
    else
      faults.push(
        isEmpty || name === 'set'
          ? wrong('session.faults.wrong', place)
          : wrong('session.faults.wrongNot', { ...place, value: value.slice(0, 80) }),
      );
  }
  return { options: told, faults, given };
}

/**
 * The medium's defaults below the command line. A public key or TLS pin on the medium stays: whoever can type at a boot
 * menu cannot make it trust less, and an empty one means nothing.
 */
export function withMediumDefaults(parsed: ParsedOptions, mediumText: string | null): ParsedOptions {
  if (mediumText === null) return parsed;
  const medium = parseMedium(mediumText);
  const { options, given } = parsed;
  const merged: Told = { ...medium.options };
  for (const key of given) Object.assign(merged, { [key]: options[key] });
  const faults = [...parsed.faults, ...medium.faults];
  for (const pin of ['pubkey', 'tls'] as const) {
    if (!medium.given.has(pin)) continue;
    if (given.has(pin) && options[pin] !== medium.options[pin])
      faults.push(wrong('session.faults.fixed', { word: `${PREFIX}${pin}` }));
    merged[pin] = medium.options[pin];
  }
  // A checksum on the medium is of the medium's own profile.
  if (given.has('profile') && !given.has('sha256')) merged.sha256 = null;
  return { options: merged, faults, given: new Set([...given, ...medium.given]) };
}

/** medium.json: the same keys, camel case. */
function parseMedium(mediumText: string): ParsedOptions {
  const told: Told = { ...NO_OPTIONS };
  const given = new Set<keyof KernelOptions>();
  const faults: Phrase[] = [];
  let plain: unknown;
  try {
    plain = JSON.parse(mediumText);
  } catch {
    return { options: told, given, faults: [wrong('session.faults.damaged', { file: 'medium.json' })] };
  }
  for (const [key, value] of Object.entries(typeof plain === 'object' && plain !== null ? plain : {})) {
    const row = Object.entries(OPTIONS).find(([name, { field }]) => field === key || name === key)?.[1];
    // Which console the boot menu speaks to: the kernel's business.
    if (key === 'serial' || value === null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    if (row === undefined) {
      faults.push(wrong('session.faults.unknownHere', { file: 'medium.json', word: key }));
      continue;
    }
    for (const one of Array.isArray(value) ? value : [value]) {
      const what = row.take(told, String(one));
      if (what === null) given.add(row.field);
      else faults.push(wrong('session.faults.wrong', { word: `medium.json: ${key}`, what }));
    }
  }
  return { options: told, faults, given };
}

/** A comma separates SOURCEs only where one begins behind it: URLs may hold commas. */
function splitSources(value: string): string[] {
  return value.split(/,(?=[a-z]+:|\/)/i).filter((source) => source !== '');
}

function takeAddress(told: Told, value: string): Phrase | null {
  const [own = '', gateway = '', ...dns] = value.split(',');
  const [, address, prefix] = /^([0-9.]+|[0-9a-f:]*:[0-9a-f:.]*)\/(\d{1,3})$/i.exec(own) ?? [];
  const isAddress = (one: string): boolean =>
    one.includes(':')
      ? /^[0-9a-f:.]+$/i.test(one)
      : /^(\d{1,3}\.){3}\d{1,3}$/.test(one) && one.split('.').every((part) => Number(part) < 256);
  if (
    address === undefined ||
    !isAddress(address) ||
    Number(prefix) > (address.includes(':') ? 128 : 32) ||
    ![gateway, ...dns].every((one) => one === '' || isAddress(one))
  )
    return wrong('session.faults.form', { form: 'ADDRESS/PREFIX[,gateway[,dns...]]' });
  told.ip = {
    address,
    prefix: Number(prefix),
    gateway: gateway === '' ? null : gateway,
    dns: dns.filter((one) => one !== ''),
  };
  return null;
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)].map(([word]) => word.replaceAll('"', ''));
}
