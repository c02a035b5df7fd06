/** Filling in the wizard as a person does who looks at the screen: by labels and titles, never by counting keys. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopRun, type Pty } from './pty.ts';
import { bundleFile, home } from './session.ts';

/** Whose screen it is, and which. */
export const heading = (screen: Pty): string => `${screen.rows()[0] ?? ''}\n${screen.rows()[1] ?? ''}`;
export const titleOf = (screen: Pty): string => (screen.rows()[1] ?? '').trim();
/**
 * A frame comes between two marks; a terminal that gives it in pieces shows the new title above the old fields for a
 * while.
 */
const isDrawn = (screen: Pty): boolean =>
  screen.raw().lastIndexOf('\u001b[?2026l') >= screen.raw().lastIndexOf('\u001b[?2026h');
const isWhole = (screen: Pty): boolean => / Esc back| Esc close/.test(screen.rows().at(-1) ?? '') && isDrawn(screen);

/**
 * Waits as `until` does, and for the end of that frame: a row that is half there says where the focus was, not where it
 * is.
 */
async function drawnUntil(screen: Pty, what: string, isTrue: () => boolean): Promise<void> {
  await screen.until(what, () => isDrawn(screen) && isTrue());
  await screen.settled();
}
/** Resolves when the frame that has begun is on the screen. */
export const drawn = async (screen: Pty): Promise<void> => await drawnUntil(screen, 'the frame to end', () => true);

/** One screen on or back, once it is drawn. */
async function turn(screen: Pty, key: string): Promise<void> {
  const before = heading(screen);
  screen.press(key);
  await drawnUntil(
    screen,
    `another screen than ${titleOf(screen)}`,
    () => heading(screen) !== before && isWhole(screen),
  );
}
export const next = async (screen: Pty): Promise<void> => await turn(screen, 'ctrl-n');
export const back = async (screen: Pty): Promise<void> => await turn(screen, 'escape');

/** Adds a DomU from their list: its first screen, whole. */
export async function addDomu(screen: Pty): Promise<void> {
  await turn(screen, 'a');
  if (titleOf(screen) !== 'What it is') throw new Error(`no screen of a DomU:\n${screen.text()}`);
}

/** On, until that screen is there. */
export async function to(screen: Pty, title: string): Promise<void> {
  for (let step = 0; step < 30 && titleOf(screen) !== title; step++) await next(screen);
  if (titleOf(screen) !== title) throw new Error(`${title} was not reached:\n${screen.text()}`);
}

/** Where values begin. */
const VALUE = 22;

/** The row with the focus, without pointer and mark. */
const focused = (screen: Pty): string =>
  (
    screen
      .rows()
      .slice(2, -6)
      .find((row) => row.startsWith(' ❯')) ?? ''
  ).slice(3);
/** The value that a label has on this screen. */
export function shown(screen: Pty, label: string): string {
  const row = screen.rows().find((line) => line.slice(3).startsWith(`${label} `));
  if (row === undefined) throw new Error(`no ${label} here:\n${screen.text()}`);
  return row.slice(VALUE).replace('(default)', '').trim();
}

/** To the field with this label: down to the end, then up. */
export async function focus(screen: Pty, label: string): Promise<void> {
  await drawn(screen);
  for (const key of ['down', 'up']) {
    while (!focused(screen).startsWith(`${label} `)) {
      if (key === 'down' && focused(screen).startsWith('[')) break;
      const before = focused(screen);
      screen.press(key);
      await drawnUntil(
        screen,
        `the focus to leave ${before} for ${label}`,
        () => !['', before].includes(focused(screen)),
      );
    }
  }
}

export async function fill(screen: Pty, label: string, text: string): Promise<void> {
  await focus(screen, label);
  screen.press('ctrl-e', 'ctrl-u', text);
  await drawnUntil(screen, `${text} in ${label}`, () => focused(screen).includes(text));
}

/** A choice, by the arrow keys, until it says so. */
export async function turnTo(screen: Pty, label: string, value: string): Promise<void> {
  await focus(screen, label);
  while (shown(screen, label) !== `< ${value} >`) {
    const before = shown(screen, label);
    screen.press('right');
    await drawnUntil(screen, `another ${label} than ${before}`, () => shown(screen, label) !== before);
  }
}

/** From the list of all values, by searching for it. */
export async function choose(screen: Pty, label: string, wanted: string): Promise<void> {
  await focus(screen, label);
  screen.press('space');
  await screen.shows(/ Esc close/);
  screen.press(wanted);
  await drawnUntil(screen, `${wanted} to be found`, () =>
    screen.rows().some((row) => row.startsWith(' ❯') && row.includes(wanted)),
  );
  screen.press('enter');
  await drawnUntil(
    screen,
    `${wanted} as ${label}`,
    () => / Esc back/.test(screen.text()) && shown(screen, label).includes(wanted),
  );
}

/** The hash that the review shows at its end (twelve digits). */
export async function shownHash(screen: Pty): Promise<string> {
  for (let page = 0; page < 14; page++) screen.press('pagedown');
  await screen.shows(/Plan [0-9a-f]{12}/);
  return /Plan ([0-9a-f]{12})/.exec(screen.text())?.[1] ?? '';
}

/** Writes the profile from the review, and gives its text. */
export async function exported(screen: Pty, file: string): Promise<string> {
  screen.press('ctrl-x');
  await screen.shows('Where should the profile be saved?');
  screen.press('enter');
  await screen.shows('Write the profile to which file?');
  screen.press('ctrl-e', 'ctrl-u', file, 'enter');
  await screen.shows(`The profile is in ${file}.`);
  return readFileSync(join(home(), file), 'utf8');
}

/** What `xenwright plan` says of an exported file; `where`: `--image FILE` or `--facts FILE`. */
export function planHash(file: string, ...where: readonly string[]): string {
  const json = execFileSync(process.execPath, [bundleFile(), 'plan', file, ...where, '--format', 'json'], {
    cwd: home(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (JSON.parse(json) as { readonly hash: string }).hash.slice(0, 12);
}

/** Begins the install from the review and stops it when it is under way; gives the hash of its plan. Only root may. */
export async function begun(screen: Pty, image: string): Promise<string> {
  screen.press('enter');
  await screen.shows('fetching package 2');
  await stopRun(screen);
  screen.press('q');
  const { code } = await screen.exit;
  if (code !== 130) throw new Error(`stopped with exit code ${code}, not 130`);
  return (
    JSON.parse(readFileSync(join(home(), `${image}.xenwright/plan.json`), 'utf8')) as { readonly hash: string }
  ).hash.slice(0, 12);
}
