/**
 * Mutations of profiles for the fuzz test: of the tree (values, keys, places) and of the text. Driven by numbers, so
 * that a failure can be repeated.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { fullText } from './fixtures.ts';

type Next = (limit: number) => number;

/** Values that programs stumble over, and some that fields of profiles take elsewhere. */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  4095,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  ' ',
  'x',
  '0',
  '-1',
  'rest',
  '10%',
  '101%',
  '8G',
  '0M',
  '99999999T',
  'auto',
  'none',
  'inherit',
  'any',
  '..',
  '/',
  '/a b',
  '//',
  '192.0.2.1',
  '192.0.2.1/24',
  '0.0.0.0/0',
  '192.0.2.300/24',
  '1/1',
  '::/0',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  '::ffff:192.0.2.1/96',
  '2001:db8::1/129',
  '08.1.1.1/8',
  'dhcp4',
  'slaac',
  '52:54:00:12:34:56',
  'ff:ff:ff:ff:ff:ff',
  '525400123456',
  'dom0',
  'xenbr0',
  'trixie',
  'prompt:',
  'env:X',
  'file:a',
  '$6$x',
  'ssh-ed25519 AAAA',
  '${x}',
  '"',
  "'",
  '\\',
  '\n',
  'a\nb',
  '\u0000',
  '\ud800',
  '𝔘',
  'ä'.repeat(300),
  'a'.repeat(70_000),
  '-'.repeat(5000),
  '__proto__',
  'constructor',
  'toString',
  [],
  [[]],
  [null],
  ['x'],
  {},
  { x: 1 },
  { constructor: 1 },
  { name: 'a' },
  [{ name: 'a' }, { name: 'a' }],
  { largest: true },
  [{ largest: true }],
  { mode: 'nat' },
  [{ mode: 'routed', guests: { addresses: ['10.0.0.1/24'] } }],
  { addresses: ['10.0.0.1/0'] },
  { root: { size: '1G' } },
  { run: 'x', timeout: '0s' },
  { tcp: 80 },
  Array.from({ length: 30 }, (_, index) => ({ name: `d${index}`, size: '1M', mount: `/d${index}` })),
];

const examples = readdirSync('assets/profiles')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(`assets/profiles/${name}`, 'utf8'));
/** The full profile without what is not supported yet, so that mutations of it get as far as a plan. */
const supported = {
  ...(parse(fullText) as { host: { storage: object; admin: object } }),
  hosts: [],
  unmatched: undefined,
};
supported.host = {
  ...supported.host,
  storage: { ...supported.host.storage, raid: null, disks: [{ largest: true }] },
  admin: { sshKeys: [], password: 'env:X' },
};
const trees: readonly unknown[] = [
  parse(fullText),
  supported,
  supported,
  ...examples.map((text) => parse(text) as unknown),
];
const texts: readonly string[] = [fullText, stringify(supported), ...examples];

/** A profile with one to four changes in its tree. */
export function mutatedTree(next: Next): string {
  const tree = { root: structuredClone(trees[next(trees.length)]) };
  for (let count = 1 + next(4); count > 0; count--) changeTree(tree, next);
  return stringify(tree.root ?? null, { lineWidth: 0, ...(next(4) === 0 ? { collectionStyle: 'flow' as const } : {}) });
}

function changeTree(tree: { root: unknown }, next: Next): void {
  const places = placesIn(tree);
  if (places.length === 0) return;
  const { holder, key } = places[next(places.length)] as Place;
  const from = places[next(places.length)] as Place;
  const list = holder as unknown[] & Record<string, unknown>;
  switch (next(7)) {
    case 0:
      delete list[key as never];
      break;
    case 1: {
      const value = list[key as never];
      delete list[key as never];
      list[`${key}x` as never] = value;
      break;
    }
    case 2:
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
      else list[VALUES[next(VALUES.length)] as never] = 1 as never;
      break;
    case 3:
      list[key as never] = structuredClone(from.holder[from.key as never]);
      break;
    default:
      list[key as never] = structuredClone(VALUES[next(VALUES.length)]) as never;
  }
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

function placesIn(value: unknown): Place[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.keys(value).flatMap((key) => [
    { holder: value, key },
    ...placesIn((value as Record<string, unknown>)[key]),
  ]);
}

const PIECES = [
  '\n',
  ' ',
  '  ',
  '\t',
  ':',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '!!x ',
  '!x ',
  '#',
  '"',
  "'",
  '|\n',
  '>\n',
  '? ',
  '---\n',
  '...\n',
  '%YAML 9\n',
  '<<: ',
  '\u0000',
  '\ufeff',
  '\u2028',
  '\r',
  '😀',
  '0',
  '-',
  '~',
  '@',
  '`',
  ',',
];

/** A profile with one to eight changes in its text. */
export function mutatedText(next: Next): string {
  let text = texts[next(texts.length)] as string;
  for (let count = 1 + next(8); count > 0; count--) {
    const at = next(text.length + 1);
    const length = next(6) === 0 ? next(text.length) : next(12);
    switch (next(4)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + (PIECES[next(PIECES.length)] as string) + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length) + text.slice(at);
        break;
      default:
        text = text.slice(0, at) + (PIECES[next(PIECES.length)] as string) + text.slice(at + 1);
    }
  }
  return text;
}

/** Numbers from a seed (mulberry32): what fast-check shrinks is the seed alone. */
export function numbersFrom(seed: number): Next {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * Math.max(1, limit));
  };
}
