/**
 * The demo in a real terminal: every screen and a run, marked on every frame, without tools, and nothing is left behind
 * but what was asked for.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exported } from './support/answers.ts';
import { startPty, type Pty } from './support/pty.ts';
import { bundleFile, home, open, title } from './support/session.ts';

const MARK = 'Demo: nothing is written';
/** No tool of the system is found. */
const BARE = { PATH: '/nowhere' };

/** All files in the home, and below it. */
const files = (): string[] =>
  readdirSync(home(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

async function toReview(screen: Pty): Promise<void> {
  while (!title('Review').test(screen.text())) {
    const [, before = ''] = screen.rows();
    screen.press('ctrl-n');
    await screen.lacks(title(before.trim()));
    await screen.shows(/ Esc back/);
    expect(screen.rows()[2]).toContain(MARK);
  }
  await screen.shows('Type /dev/sda to install');
}

describe('the demo', () => {
  test('goes from the first screen to the end of a run, and writes nothing', { timeout: 60_000 }, async () => {
    const before = files();
    const screen = await open(['--demo'], BARE);
    expect(screen.rows()[2]).toContain(MARK);
    await toReview(screen);
    screen.press('/dev/sda', 'enter');
    await screen.shows('Install of xen1');
    await screen.shows('Get:3 http://mirror.example.org');
    expect(screen.rows()[2]).toContain(MARK);
    screen.press('ctrl-c');
    await screen.shows('Leave this screen?');
    expect(screen.rows()[2]).toContain(MARK);
    screen.press('down', 'enter');
    await screen.shows('Stopped before it was finished');
    expect(screen.rows()[2]).toContain(MARK);
    screen.press('q');
    expect((await screen.exit).code).toBe(0);
    await screen.shows('No disk was touched');
    expect(files()).toEqual(before);
  });

  test(
    'has a failure that goes well when tried again, and answers that can be changed after it',
    { timeout: 60_000 },
    async () => {
      const screen = await open(['--demo', '--demo-failure', '--demo-seconds', '3'], BARE);
      await toReview(screen);
      screen.press('escape');
      await screen.shows(title('DomUs'));
      screen.press('a');
      await screen.shows(title('What it is'));
      screen.press('ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n');
      await screen.shows('domu1 is complete.');
      screen.press('ctrl-n');
      await screen.shows('Type /dev/sda to install');
      screen.press('/dev/sda', 'enter');
      await screen.shows('Not everything could be installed');
      await screen.shows('domu1          failed');
      screen.press('f');
      await screen.shows('| wrote 212 of 430 MiB');
      expect(screen.rows()[2]).toContain(MARK);
      screen.press('e');
      await screen.shows(title('Review'));
      screen.press('/dev/sda', 'enter');
      await screen.shows('Not everything could be installed');
      screen.press('r');
      await screen.shows('Done: xen1 is installed');
      await screen.shows('SHA256:');
      screen.press('enter');
      expect((await screen.exit).code).toBe(0);
    },
  );

  test('exports a profile that says what it is, and that plan can read', { timeout: 60_000 }, async () => {
    const before = files();
    const screen = await open(['--demo'], BARE);
    await toReview(screen);
    await exported(screen, 'demo.yaml');
    screen.press('ctrl-c');
    await screen.shows('Leave the wizard?');
    screen.press('down', 'enter');
    expect((await screen.exit).code).toBe(0);
    await screen.shows('Written because you asked for it: demo.yaml');
    expect(files()).toEqual([...before, join(home(), 'demo.yaml')].sort());
    expect(readFileSync(join(home(), 'demo.yaml'), 'utf8')).toMatch(
      /^# Made by the demo of Xenwright, on the pretended machine leftovers-zfs\./,
    );
  });

  test.each([
    ['linux', 'C.UTF-8'],
    ['vt220', 'C'],
  ])('runs on %s', { timeout: 30_000 }, async (TERM, LANG) => {
    const screen = await open(['--demo', '--machine', 'rented-two-equal-nvme'], { ...BARE, TERM, LANG });
    screen.press('ctrl-n');
    await screen.shows(title('Where to install'));
    screen.press('ctrl-n');
    await screen.shows('SAMSUNG MZVLB512HAJQ');
    expect(screen.rows()[2]).toContain(MARK);
    screen.resize(30, 10);
    await screen.shows(/Demo: nothing/);
  });

  test('refuses a machine it does not have, and its own options without it', { timeout: 30_000 }, async () => {
    const one = startPty(bundleFile(), home(), ['--demo', '--machine', 'mine']);
    expect((await one.exit).code).toBe(2);
    await one.shows('choose from: leftovers-zfs');
    const two = startPty(bundleFile(), home(), ['--machine', 'leftovers-zfs']);
    expect((await two.exit).code).toBe(2);
    await two.shows('belong to --demo');
  });
});
