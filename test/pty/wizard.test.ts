/**
 * The wizard in a real terminal: what it exports is what it installs, nothing is lost by going back, the terminal is
 * given back.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startPty, stopRun, type Pty } from './support/pty.ts';
import { letToolsFail } from './support/pretend-tools.ts';
import { bundleFile, DOMU, home, MAIN, open, title, walk } from './support/session.ts';

/** Exports from the review and gives the plan hash that `xenwright plan` has for the file. */
async function exported(screen: Pty, name: string): Promise<string> {
  screen.press('ctrl-x');
  await screen.shows('Where should the profile be saved?');
  screen.press('enter');
  await screen.shows('Write the profile to which file?');
  screen.press('ctrl-u', name, 'enter');
  await screen.shows(`The profile is in ${name}.`);
  expect(statSync(join(home(), name)).mode & 0o777).toBe(0o600);
  return planHash(name);
}

function planHash(name: string): string {
  const json = execFileSync(
    process.execPath,
    [bundleFile(), 'plan', name, '--image', 'xen-host.img', '--format', 'json'],
    { cwd: home(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return (JSON.parse(json) as { hash: string }).hash;
}

/** The first twelve digits that the review shows at its end. */
async function shownHash(screen: Pty): Promise<string> {
  for (let page = 0; page < 12; page++) screen.press('pagedown');
  await screen.shows(/Plan [0-9a-f]{12}/);
  return /Plan ([0-9a-f]{12})/.exec(screen.text())?.[1] ?? '';
}

// Who may not install cannot begin one.
describe.runIf(process.getuid?.() === 0)('what comes out (as root)', () => {
  test('all defaults: review, export and the run itself have one plan', { timeout: 60_000 }, async () => {
    const screen = await open();
    await walk(screen, 0, 10);
    await screen.shows('[ Install now ]');
    const hash = await shownHash(screen);
    expect((await exported(screen, 'out.yaml')).slice(0, 12)).toBe(hash);
    screen.press('enter');
    await screen.shows('Install of xen1');
    await screen.shows('fetching package 2');
    await stopRun(screen);
    screen.press('q');
    expect((await screen.exit).code).toBe(130);
    expect(readFileSync(join(home(), 'xen-host.img.xenwright/plan.json'), 'utf8')).toContain(`"hash": "${hash}`);
    expect(planHash('xen-host.yaml').slice(0, 12)).toBe(hash);
    expect(statSync(join(home(), 'xen-host.yaml')).mode & 0o777).toBe(0o600);
    // The answers are kept while the run is not done, and the same plan goes on instead of asking what may be lost.
    const again = await open();
    await again.shows('They end at: Review.');
    again.press('enter');
    await again.shows('the install continues');
    await again.shows('[ Install now ]');
  });

  test(
    'an install that fails leads back to the answers, and they to the install again',
    { timeout: 60_000 },
    async () => {
      letToolsFail(home());
      const screen = await open();
      await walk(screen, 0, 5);
      screen.press('ctrl-u', 'xen7');
      await screen.shows('Host xen7');
      await walk(screen, 5, 10);
      await screen.shows('[ Install now ]');
      screen.press('enter');
      await screen.shows('Not everything could be installed');
      await screen.shows('e edit');
      screen.press('e');
      await screen.shows(title('Review'));
      await screen.shows('the install continues');
      for (const before of MAIN.toReversed().slice(1, 6)) {
        screen.press('escape');
        await screen.shows(title(before));
      }
      await screen.shows('xen7');
      screen.press('ctrl-u', 'xen8');
      await screen.shows('Host xen8');
      await walk(screen, 5, 10);
      // Another plan: what was begun is lost, and must be named.
      await screen.shows('Type xen-host.img to install:');
      screen.press('xen-host.img', 'enter');
      await screen.shows('Install of xen8');
      await screen.shows('Not everything could be installed');
      // The profile can be taken along from the last screen, too: the very same plan.
      screen.press('w');
      await screen.shows('Where should the profile be saved?');
      screen.press('enter');
      await screen.shows('Write the profile to which file?');
      screen.press('ctrl-u', 'taken.yaml', 'enter');
      await screen.shows('The profile is in taken.yaml.');
      const { hash } = JSON.parse(readFileSync(join(home(), 'xen-host.img.xenwright/plan.json'), 'utf8')) as {
        hash: string;
      };
      expect(planHash('taken.yaml')).toBe(hash);
      screen.press('q');
      expect((await screen.exit).code).toBe(5);
      await screen.shows('Go on with: xenwright install xen-host-2.yaml --image xen-host.img --resume');
    },
  );

  test('three DomUs of different kinds, one removed and one copied', { timeout: 60_000 }, async () => {
    const screen = await open();
    await walk(screen, 0, 9);
    // What the image is booted by makes them PV; one of them is not to be.
    for (const [name, keys] of [
      ['web', ['left']],
      ['old', []],
      ['db', []],
    ] as const) {
      screen.press('a');
      await screen.shows(title('What it is'));
      screen.press('ctrl-u', name, 'down', 'down', ...keys);
      await screen.shows(`DomU ${name}`);
      for (const next of DOMU.slice(1)) {
        screen.press('ctrl-n');
        await screen.shows(title(next));
      }
      screen.press('ctrl-n');
      await screen.shows(`${name} is complete.`);
    }
    screen.press('home', 'down', 'd');
    await screen.shows('old was removed.');
    screen.press('home', 'c');
    await screen.shows('web2 is a copy of web');
    await walk(screen, 9, 10);
    const hash = await shownHash(screen);
    expect((await exported(screen, 'three.yaml')).slice(0, 12)).toBe(hash);
    expect(readFileSync(join(home(), 'three.yaml'), 'utf8').match(/^ {2}- name: \S+\n {4}type: \S+/gm)).toEqual([
      '  - name: web\n    type: pvh',
      '  - name: web2\n    type: pvh',
      '  - name: db\n    type: pv',
    ]);
  });

  test('a fixed address in a VLAN', { timeout: 60_000 }, async () => {
    const screen = await open();
    await walk(screen, 0, 3);
    screen.press('down', 'down', 'down', 'down', '42', 'down', 'right');
    await screen.shows('IPv4 address');
    screen.press('down', '192.0.2.10/24', 'down', '192.0.2.1', 'down', 'left', 'down', '192.0.2.53');
    await screen.shows('192.0.2.53');
    await walk(screen, 3, 10);
    const hash = await shownHash(screen);
    expect((await exported(screen, 'static.yaml')).slice(0, 12)).toBe(hash);
    expect(readFileSync(join(home(), 'static.yaml'), 'utf8')).toMatch(/vlan: 42\n[^]*- 192\.0\.2\.10\/24/);
  });
});

test.each(['xterm-256color', 'linux'])(
  'the profile is shown on the ordinary screen of %s, page by page, and the review comes back',
  { timeout: 60_000 },
  async (term) => {
    const screen = await open([], { TERM: term });
    await walk(screen, 0, 10);
    screen.press('ctrl-x');
    await screen.shows('Where should the profile be saved?');
    screen.press('down', 'down', 'enter');
    await screen.shows('-- Enter continues, q quits --');
    // Nothing but the text stands there, from the first column on.
    expect(screen.rows().some((row) => row === 'version: 1')).toBe(true);
    expect(screen.text()).not.toContain('step 11 of 11');
    // However often Enter is pressed, at the end it does nothing: what comes next is where it would start the install.
    screen.press('enter');
    await screen.lacks(/^version: 1$/m);
    for (let pages = 0; pages < 30; pages++) screen.press('enter');
    await screen.shows('-- End of the profile. q goes back --');
    screen.press('enter', 'enter', 'q');
    await screen.shows(title('Review'));
    screen.press('escape');
    await screen.shows(title('DomUs'));
  },
);

test('going back from every screen loses nothing', { timeout: 60_000 }, async () => {
  const screen = await open();
  await walk(screen, 0, 5);
  screen.press('ctrl-u', 'xen7');
  await screen.shows('Host xen7');
  await walk(screen, 5, 10);
  const hash = await shownHash(screen);
  for (const before of MAIN.toReversed().slice(1)) {
    screen.press('escape');
    await screen.shows(title(before));
  }
  await walk(screen, 0, 10);
  expect(await shownHash(screen)).toBe(hash);
});

describe('the terminal', () => {
  test.each([
    ['xterm-256color', true],
    ['linux', false],
    ['vt220', false],
  ])('%s is given back after SIGTERM, and the answers are kept', async (term, alternate) => {
    const screen = await open([], { TERM: term });
    await walk(screen, 0, 2);
    screen.kill('SIGTERM');
    expect((await screen.exit).code).toBe(130);
    await screen.shows('your answers are kept');
    expect(screen.raw().includes('\u001b[?1049h')).toBe(alternate);
    expect(screen.raw().lastIndexOf('\u001b[?1049l') > 0).toBe(alternate);
    expect(screen.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.raw().lastIndexOf('\u001b[?25l'));
    expect(screen.text()).not.toContain('step 3 of 11');
    expect(statSync(join(home(), 'config/xenwright/draft.json')).mode & 0o777).toBe(0o600);
  });

  test('for a screen reader nothing is wiped or drawn: words, line under line, until it is left', async () => {
    const pty = startPty(bundleFile(), home(), ['--screen-reader']);
    await pty.shows(/^Language and keyboard\. Host xen1, step 1 of 11/m);
    pty.press('down');
    await pty.shows(/^Language: Neutral \(English, C\.UTF-8\) \(default\)$/m);
    pty.press('ctrl-c');
    await pty.shows(/^Stay\. 1 of 2$/m);
    pty.press('down', 'enter');
    expect((await pty.exit).code).toBe(130);
    expect(pty.text()).toMatch(/^Language and keyboard/m);
    expect(pty.raw()).not.toContain('\u001b[?1049h');
    expect(pty.raw()).not.toContain('\u001b[2J');
    expect(pty.raw()).not.toMatch(/[\u2500-\u259f]/);
  });

  test(
    'smaller than what matters needs it says so; grown again, everything is there',
    { timeout: 60_000 },
    async () => {
      const screen = await open();
      await walk(screen, 0, 5);
      screen.press('ctrl-u', 'xen7');
      await screen.shows('Host xen7');
      screen.resize(60, 15);
      await screen.shows(/60×15. Xenwright needs at least\s+72×20/);
      screen.resize(80, 24);
      await screen.shows(title('Name and time'));
      await screen.shows(/Host name +xen7/);
      screen.press('ctrl-c');
      await screen.shows('Leave the wizard?');
      screen.resize(60, 15);
      await screen.shows('This terminal is 60');
      screen.resize(80, 24);
      await screen.shows('Leave the wizard?');
      screen.press('escape');
      await screen.shows(/Host name +xen7/);
      expect(screen.text().match(/step 6 of 11/g)).toHaveLength(1);
    },
  );

  test('without one, exit 2 and what to do', () => {
    expect(() =>
      execFileSync(process.execPath, [bundleFile()], {
        cwd: home(),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    ).toThrow(expect.objectContaining({ status: 2, stderr: expect.stringContaining('the wizard needs a terminal') }));
  });

  test('a dumb one is refused by name', async () => {
    const pty = startPty(bundleFile(), home(), [], { TERM: 'dumb' });
    await pty.shows('TERM is dumb');
    expect((await pty.exit).code).toBe(2);
  });

  test('leaving asks, and staying is the first answer', async () => {
    const screen = await open();
    screen.press('ctrl-c');
    await screen.shows('Leave the wizard?');
    // Digits choose nothing.
    screen.press('2', 'enter');
    await screen.shows('step 1 of 11');
    await screen.lacks('Leave the wizard?');
    screen.press('ctrl-c');
    await screen.shows('Leave the wizard?');
    screen.press('down', 'enter');
    expect((await screen.exit).code).toBe(130);
  });
});

test('a password typed is nowhere on the screen, in the draft or in the profile', { timeout: 60_000 }, async () => {
  const screen = await open();
  await walk(screen, 0, 6);
  screen.press('down', 'Xw-canary-77', 'enter');
  await screen.shows('repeat it:');
  screen.press('Xw-canary-77', 'enter');
  await screen.lacks('repeat it:');
  await screen.lacks('Working');
  await walk(screen, 6, 10);
  await exported(screen, 'secret.yaml');
  for (const text of [
    screen.raw(),
    readFileSync(join(home(), 'config/xenwright/draft.json'), 'utf8'),
    readFileSync(join(home(), 'secret.yaml'), 'utf8'),
  ])
    expect(text).not.toContain('canary');
  expect(readFileSync(join(home(), 'secret.yaml'), 'utf8')).toContain('passwordHash: $6$');
});
