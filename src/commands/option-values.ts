/**
 * What the values of options look like: told while the command line is read, before a file, a server or the system is
 * touched. Pure, and quick to load.
 */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import { LOCALES, localeMeantBy } from '../i18n/locales.ts';
import { errorMessages } from '../i18n/translate-events.ts';
import { parseMiB } from '../profile/sizes.ts';
import { hasPlaceholders } from '../profile/source-placeholders.ts';
import { parseSource, shownSource } from '../profile/source-ref.ts';

/** Takes a value as it is; throws `usage` (exit 2), which names the option. */
export type Check = (text: string) => string;

/** The argument of that name, which is no option. */
export const SOURCE = 'SOURCE';
/** What a machine may be known by. */
const MACHINE_KEYS = ['mac', 'serial', 'uuid', 'product', 'hostname'] as const;
/** Of a number: more are a slip of the fingers. */
const MOST_DIGITS = 8;
const HEX_SHA256 = /^[0-9a-f]{64}$/i;

/** A file, a folder or a device: not empty, and no option whose value was left out. */
export function place(option: string): Check {
  return (text) => {
    if (text === '') throw failure('usage.emptyValue', EXIT.usage, { option });
    if (text.startsWith('-')) throw failure('usage.optionAsValue', EXIT.usage, { option, given: text });
    return text;
  };
}

/** The name of something: of a domain, a field, a console. */
export function name(option: string): Check {
  return (text) => {
    if (/^[A-Za-z0-9][\w.+[\]-]*$/.test(text)) return text;
    throw failure('usage.name', EXIT.usage, { option, given: text });
  };
}

/** A SOURCE of any form; `-` too. What stands for the machine in it is filled in later. */
export function source(option: string): Check {
  return (text) => {
    if (text !== '-') place(option)(text);
    try {
      parseSource(hasPlaceholders(text) ? text.replaceAll(/\$\{[^}]*\}/g, 'x') : text);
    } catch (error) {
      if (!(error instanceof XenwrightError) || option === SOURCE) throw error;
      const { message, hint } = errorMessages(error);
      throw failure('bad-source.ofOption', EXIT.usage, { option, reason: message, way: hint ?? '' });
    }
    return text;
  };
}

/** Where a disc or an image of one is: `cdrom`, a path, an http(s):// or nfs:// address. */
export function medium(text: string): string {
  place(SOURCE)(text);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^(https?|nfs|file):/i.test(text))
    throw failure('usage.medium', EXIT.usage, { source: shownSource(text) });
  return text;
}

/** 1, 2, 3, … */
export function wholeNumber(option: string): Check {
  return (text) => {
    if (new RegExp(`^[1-9]\\d{0,${MOST_DIGITS - 1}}$`).test(text)) return text;
    throw failure('usage.number', EXIT.usage, { option, given: text });
  };
}

/** A checksum of a file. */
export function sha256(text: string): string {
  if (HEX_SHA256.test(text)) return text;
  throw failure('usage.sha256', EXIT.usage, { given: text });
}

/** The fingerprint of a server's certificate. */
export function tlsFingerprint(text: string): string {
  if (HEX_SHA256.test(plainFingerprint(text) ?? '')) return text;
  throw failure('usage.fingerprint', EXIT.usage, { given: text });
}

/** Hex alone, as people and openssl write it otherwise. */
export function plainFingerprint(given: string | undefined): string | undefined {
  return given
    ?.replaceAll(/[:\s]/g, '')
    .replace(/^sha-?256/i, '')
    .toLowerCase();
}

/** `path=value` */
export function change(text: string): string {
  if (/^[^=\s][^=]*=/.test(text)) return text;
  throw failure('usage.change', EXIT.usage, { given: text });
}

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

export interface ImageArgument {
  readonly file: string;
  /** null: as large as the plan needs. */
  readonly sizeMiB: number | null;
}

/** `FILE` or `FILE:SIZE` */
export function image(text: string): string {
  parseImage(text);
  return text;
}

/** Taken apart. Throws usage errors. */
export function parseImage(argument: string): ImageArgument {
  const at = argument.lastIndexOf(':');
  if (at < 0) return { file: place('--image')(argument), sizeMiB: null };
  const sizeMiB = parseMiB(argument.slice(at + 1));
  if (sizeMiB === null || sizeMiB === 0 || at === 0) throw failure('bad-image', EXIT.usage, { given: argument });
  return { file: place('--image')(argument.slice(0, at)), sizeMiB };
}

/** Where events are sent. */
export function reportAddress(text: string): string {
  if (/^https?:\/\/[^\s"#]+$/.test(text)) return text;
  throw failure('usage.reportAddress', EXIT.usage);
}

/** `ADDRESS:PORT`, `[ADDRESS]:PORT`, `ADDRESS` or `:PORT` */
export function listen(text: string): string {
  listenOf(text);
  return text;
}

/** Taken apart; without an address all of this machine's. */
export function listenOf(text: string): { readonly address: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:[\]\s]*))(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 8480);
  if (match === null || text === '' || port > 65_535) throw failure('usage.listen', EXIT.usage, { given: text });
  const address = match[1] ?? match[2] ?? '';
  return { address: address === '' ? '0.0.0.0' : address, port };
}

/** A serial console, its speed filled in. */
export function serial(text: string): string {
  if (/^tty[A-Z]+\d+(,\d+[a-z0-9]*)?$/.test(text)) return text.includes(',') ? text : `${text},115200`;
  throw failure('usage.serial', EXIT.usage, { given: text });
}

/** A layout of X, or several. */
export function keyboard(text: string): string {
  if (/^[a-z]{2,}(,[a-z]{2,})*$/.test(text)) return text;
  throw failure('usage.keyboard', EXIT.usage, { given: text });
}

/** A language of the screens. */
export function language(text: string): string {
  if (localeMeantBy(text) !== null) return text;
  throw failure('usage.language', EXIT.usage, { given: text, locales: { list: LOCALES, by: 'comma' } });
}

/** Seconds that the pretended run of the demo takes. */
const MOST_DEMO_SECONDS = 3600;
export function demoSeconds(text: string): string {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= MOST_DEMO_SECONDS) return text;
  throw failure('bad-seconds', EXIT.usage, { given: text, most: MOST_DEMO_SECONDS });
}
