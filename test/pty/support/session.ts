/**
 * One wizard in a terminal for each test, in a folder of its own with a public key; whatever it is doing ends with the
 * test.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { KEY } from '../../components/support/ports.ts';
import { letToolsFail, pretendTools, withPretendTools } from './pretend-tools.ts';
import { freshBundle, pretendHome, startPty, type Pty } from './pty.ts';

let bundle = '';
let place = pretendHome();
let pty: Pty | null = null;

beforeAll(() => {
  bundle = freshBundle();
});
beforeEach(() => {
  place.remove();
  place = pretendHome();
  mkdirSync(join(place.folder, '.ssh'));
  writeFileSync(join(place.folder, '.ssh/id_ed25519.pub'), `${KEY}\n`);
  // Whatever a test presses by mistake installs nothing.
  pretendTools(place.folder);
});
afterEach(async () => {
  letToolsFail(place.folder);
  pty?.kill('SIGKILL');
  await pty?.exit;
  pty = null;
  place.remove();
});

export const home = (): string => place.folder;
export const bundleFile = (): string => bundle;

/** The titles of the screens, in their order: into an image, and of a DomU. */
export const MAIN = [
  'Language and keyboard',
  'Where to install',
  'Disk layout',
  'Network',
  'Debian and its packages',
  'Name and time',
  'Who logs in',
  'Xen and Dom0',
  'The host is complete',
  'DomUs',
  'Review',
];
export const DOMU = ['What it is', 'Memory and CPUs', 'Disks', 'Network', 'Software and login'];
export const title = (name: string): RegExp => new RegExp(`^ ${name}$`, 'm');

/** Starts the wizard and waits until it knows this machine. */
export async function open(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Pty> {
  pty = startPty(bundle, place.folder, args, { ...withPretendTools(place.folder), ...env });
  // The last line comes last: a frame that is half there says nothing of what the machine is being asked.
  await pty.shows(/ Enter [a-z]+/);
  await pty.lacks('Looking at this machine');
  return pty;
}

/** Ctrl-N from one of the main screens to another. */
export async function walk(screen: Pty, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) {
    screen.press('ctrl-n');
    await screen.shows(title(MAIN[at + 1] ?? ''));
  }
}
