/**
 * Kinds of values of options and arguments, a row each: how one is looked at while the command line is read, before a
 * file, a server or the system is touched; and what one looks like, for the help. Pure, and quick to load.
 */
import type { TextKey } from '../../i18n/keys.ts';
import { listen, reportAddress } from './addresses.ts';
import type { Check } from './check.ts';
import { keyboard, language, serial } from './consoles.ts';
import { change } from './fields.ts';
import { image } from './images.ts';
import { knownBy } from './machines.ts';
import { name } from './names.ts';
import { demoSeconds, wholeNumber } from './numbers.ts';
import { medium, place, source } from './places.ts';
import { size } from './sizes.ts';
import { sha256, tlsFingerprint } from './trust.ts';

interface KindOfValue {
  /** For the option or argument of that name: `--jobs`, `SOURCE`. */
  readonly checkFor: (name: string) => Check;
  /** A value of it, for the help. Absent: the words of the option say enough. */
  readonly example?: string;
  /** What it is, for an argument that has no words of its own. */
  readonly words?: TextKey;
}

const ROWS = {
  change: { checkFor: () => change, example: 'host.hostname=xen1.example.org' },
  demoSeconds: { checkFor: () => demoSeconds },
  fingerprint: { checkFor: () => tlsFingerprint },
  image: { checkFor: () => image, example: 'host.img:20G' },
  keyboard: { checkFor: () => keyboard, example: 'de' },
  language: { checkFor: () => language, example: 'de' },
  listen: { checkFor: () => listen },
  machine: { checkFor: () => knownBy, example: 'mac=52:54:00:12:34:56' },
  medium: { checkFor: () => medium },
  name: { checkFor: name },
  number: { checkFor: wholeNumber },
  place: { checkFor: place },
  reportAddress: { checkFor: () => reportAddress, example: 'https://reports.example.org/xenwright' },
  serial: { checkFor: () => serial, example: 'ttyS0,115200' },
  sha256: { checkFor: () => sha256 },
  size: { checkFor: size, example: '5G' },
  source: { checkFor: source, words: 'commandLine.options.source' },
} as const satisfies Readonly<Record<string, KindOfValue>>;

export type ValueKind = keyof typeof ROWS;
export const KINDS: Readonly<Record<ValueKind, KindOfValue>> = ROWS;
