/**
 * The small disk between Dom0 and a rescue DomU: what to do stands at its beginning, as lines of sh, and is wiped by
 * the DomU when it has read it; what came of it is written behind. All of that is a guest's: bounded and cleaned.
 * Pure.
 */
import { cleanLine } from '../../../clean-text.ts';
import { quoted } from '../../../plan/shell-words.ts';

const BLOCK = 65_536;
export const TOLD_BYTES = 2 * 1024 * 1024;
const MOST_OUTPUT = 1_048_576;
/** As the DomU knows it. */
export const TOLD_DEVICE = 'xvdz';
/** Where the DomU keeps passphrases. */
const SECRETS = '/run/secrets';

export interface Orders {
  readonly repair: 'ask' | 'yes' | 'no';
  readonly command: string;
  /** The stand-in for reboot and its like. */
  readonly power: string;
  /** Lines; empty: none. */
  readonly secrets: string;
  readonly terminal: { readonly name: string; readonly rows: number; readonly columns: number };
  readonly disks: readonly { readonly device: string; readonly label: string; readonly mount: string }[];
}

/** The beginning of the disk. Null: it does not fit. */
export function ordersText(orders: Orders): string | null {
  const { repair, command, power, secrets, terminal, disks } = orders;
  const words = ['trusted', repair, '/run/rescue', command, power, 'own', 'xwr', '0', secrets === '' ? '' : SECRETS];
  const text = [
    `term=${quoted(terminal.name)} rows=${terminal.rows} columns=${terminal.columns}`,
    `command=${quoted(command)}`,
    `disks=${quoted(disks.map(({ device }) => `/dev/${device}`).join(' '))}`,
    ...(secrets === '' ? [] : [`printf %s ${quoted(secrets)} >${SECRETS}`]),
    `set -- ${[...words, ...disks.flatMap(({ device, label, mount }) => [`/dev/${device}`, label, mount])].map(quoted).join(' ')}`,
    '',
  ].join('\n');
  return text.includes('\0') || Buffer.byteLength(text) >= BLOCK ? null : text;
}

export interface Told {
  /** Lines of the session. */
  readonly said: readonly string[];
  /** Of the command, without what a terminal would obey. */
  readonly output: string;
  readonly isCut: boolean;
}

/** Null: the DomU ended before it had said anything. */
export function readTold(disk: Buffer): Told | null {
  const lines = disk
    .subarray(BLOCK, 2 * BLOCK)
    .toString('utf8')
    .replace(/\0[^]*$/, '')
    .split('\n');
  if (lines[0] !== 'XWR1') return null;
  const output = disk.subarray(2 * BLOCK, 2 * BLOCK + MOST_OUTPUT + 32);
  const end = output.indexOf('\n');
  const length = Number(/^\d{1,7}$/.exec(output.subarray(0, Math.max(end, 0)).toString('latin1').trim())?.[0] ?? 0);
  const text = output.subarray(end + 1, end + 1 + Math.min(length, MOST_OUTPUT)).toString('utf8');
  return {
    said: lines.slice(1, 201).map((line) => cleanLine(line, 500)),
    output: text
      .split('\n')
      .map((line) => cleanLine(line, 100_000))
      .join('\n'),
    isCut: length >= MOST_OUTPUT,
  };
}
