/**
 * Terminals of all kinds: what a slow line carries, sizes that change all the time, tmux, GNU screen, and a terminal
 * that is as it was after every kind of end.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn, type IPty } from '@lydell/node-pty';
import { afterEach, describe, expect, test } from 'vitest';
import { screenModel, type ScreenModel } from '../components/support/screen-model.ts';
import { focus, next, titleOf, to } from './support/answers.ts';
import type { Pty } from './support/pty.ts';
import { bundleFile, home, open, title } from './support/session.ts';

/** Ten bits a byte. */
const BYTES_PER_SECOND = 9600 / 10;
const UPDATE_BYTES = 2048;

/** Bytes until nothing more comes for a while: a frame may wait for a quarter of a second. */
async function bytesOf(screen: Pty, what: () => Promise<void>): Promise<number> {
  const before = screen.raw().length;
  await what();
  for (let length = -1; length !== screen.raw().length;) {
    length = screen.raw().length;
    await delay(350);
  }
  return screen.raw().length - before;
}

describe('a vt220 at 9600 baud', () => {
  test(
    'has its first screen in less than three seconds of the line, and small updates',
    { timeout: 60_000 },
    async () => {
      const screen = await open(['--demo'], { TERM: 'vt220', LANG: 'C' });
      const first = (await bytesOf(screen, async () => undefined)) + screen.raw().length;
      const updates: number[] = [];
      for (const key of ['down', 'up', 'down', 'right', '?', 'escape'])
        updates.push(await bytesOf(screen, async () => screen.press(key)));
      const screens: number[] = [];
      while (titleOf(screen) !== 'Review') screens.push(await bytesOf(screen, async () => await next(screen)));
      process.stderr.write(
        `vt220: first screen ${first} bytes (${(first / BYTES_PER_SECOND).toFixed(1)} s of the line), keys ${updates.join(' ')}, next screens ${screens.join(' ')}\n`,
      );
      expect(first / BYTES_PER_SECOND).toBeLessThan(3);
      expect(Math.max(...updates)).toBeLessThan(UPDATE_BYTES);
      expect(Math.max(...screens)).toBeLessThan(UPDATE_BYTES);
      expect([...screen.raw()].filter((sign) => sign > '\u007f')).toEqual([]);
    },
  );

  test(
    'is not flooded by an install: what comes unasked goes through the line as it comes',
    { timeout: 60_000 },
    async () => {
      const screen = await open(['--demo', '--demo-seconds', '30'], { TERM: 'vt220', LANG: 'C' });
      await to(screen, 'Review');
      screen.press('/dev/sda', 'enter');
      await screen.shows('Install of xen1');
      await delay(2_000);
      const before = screen.raw().length;
      await delay(10_000);
      const perSecond = (screen.raw().length - before) / 10;
      process.stderr.write(
        `vt220: ${perSecond.toFixed(0)} bytes a second of an install that is many times as fast as a real one\n`,
      );
      expect(perSecond).toBeLessThan(BYTES_PER_SECOND);
    },
  );
});

describe('sizes', () => {
  test('that change all the time leave a whole frame', { timeout: 60_000 }, async () => {
    const screen = await open(['--demo']);
    await to(screen, 'Network');
    for (let turn = 0; turn < 60; turn++) {
      screen.resize(30 + ((turn * 37) % 140), 5 + ((turn * 13) % 50));
      screen.press(turn % 3 === 0 ? 'down' : 'up');
      if (turn % 10 === 0) await delay(30);
    }
    screen.resize(100, 30);
    await screen.until(
      'a whole frame',
      () => (screen.rows()[0] ?? '').startsWith(' Xenwright') && screen.rows().some((row) => row === '─'.repeat(99)),
    );
    expect(screen.text().match(/Xenwright ·/g)).toHaveLength(1);
    expect(titleOf(screen)).toBe('Network');
    // Keys are read in their order: once these have come through, none of the storm's is left to undo the next.
    screen.press('ctrl-g');
    await screen.shows(title('Keys'));
    screen.press('escape');
    await screen.shows(title('Network'));
    await focus(screen, 'VLAN');
  });
});

describe('an idle wizard', () => {
  test('takes no time of the processor', { timeout: 60_000 }, async () => {
    const screen = await open(['--demo']);
    await delay(1_000);
    const before = screen.cpuMs();
    await delay(10_000);
    const share = (screen.cpuMs() - before) / 10_000;
    process.stderr.write(`idle: ${(share * 100).toFixed(2)} % of a processor\n`);
    expect(share).toBeLessThan(0.005);
  });
});

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

describe.runIf(hasTmux)('tmux', () => {
  const server = `xenwright-${process.pid}`;
  const clients: IPty[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.kill('SIGKILL');
    spawnSync('tmux', ['-L', server, 'kill-server']);
  });

  function attach(...args: readonly string[]): ScreenModel {
    const model = screenModel({ columns: 80, rows: 25, patienceMs: 20_000 });
    const client = spawn('tmux', ['-L', server, '-f', '/dev/null', ...args], {
      cols: 80,
      rows: 25,
      cwd: home(),
      env: { PATH: process.env['PATH'] ?? '', HOME: home(), TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    });
    client.onData((data) => model.write(data));
    clients.push(client);
    return model;
  }

  test('left and come back to shows the screen one left, and its keys work', { timeout: 60_000 }, async () => {
    const first = attach('new-session', '-s', 'wizard', `'${process.execPath}' '${bundleFile()}' --demo`);
    await first.shows(title('Language and keyboard'));
    spawnSync('tmux', ['-L', server, 'send-keys', '-t', 'wizard', 'C-n']);
    await first.shows(title('Where to install'));
    spawnSync('tmux', ['-L', server, 'detach-client', '-s', 'wizard']);
    await first.shows('detached');
    const second = attach('attach', '-t', 'wizard');
    await second.shows(title('Where to install'));
    await second.shows(/─{79}/);
    spawnSync('tmux', ['-L', server, 'send-keys', '-t', 'wizard', 'C-n']);
    await second.shows(title('The disk'));
    // Another client that is smaller makes the window smaller, and the frame with it.
    spawnSync('tmux', ['-L', server, 'resize-window', '-t', 'wizard', '-x', '60', '-y', '20']);
    await second.shows(/─{59}(?!─)/);
  });
});

describe.runIf(spawnSync('screen', ['-v']).status !== null)('GNU screen', () => {
  const name = `xenwright-${process.pid}`;
  const clients: IPty[] = [];
  // Its sockets are in the test's own folder: nobody else's session is seen.
  const env = (): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: home(),
    SCREENDIR: join(home(), 'screens'),
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.kill('SIGKILL');
    spawnSync('screen', ['-S', name, '-X', 'quit'], { env: env() });
  });

  function attach(...args: readonly string[]): { readonly screen: ScreenModel; type(text: string): void } {
    const screen = screenModel({ columns: 80, rows: 24, patienceMs: 20_000 });
    const client = spawn('screen', ['-U', '-c', '/dev/null', '-S', name, ...args], {
      cols: 80,
      rows: 24,
      cwd: home(),
      env: env(),
    });
    client.onData((data) => screen.write(data));
    clients.push(client);
    return { screen, type: (text) => client.write(text) };
  }

  test(
    'shows whole frames, again after one comes back to it, and has nothing of them left at the end',
    { timeout: 60_000 },
    async () => {
      mkdirSync(join(home(), 'screens'), { mode: 0o700 });
      const command = `for line in 1 2 3 4 5 6 7 8; do echo "line $line of the shell"; done; stty -a > before; '${process.execPath}' '${bundleFile()}' --demo; stty -a > after; echo the shell again; sleep 60`;
      const first = attach('sh', '-c', command);
      await first.screen.shows(title('Language and keyboard'));
      await first.screen.shows(/─{79}/);
      expect(first.screen.text()).not.toContain('of the shell');
      first.type('\u000e');
      await first.screen.shows(title('Where to install'));
      first.type('\u0001d');
      await first.screen.shows('detached');
      const second = attach('-r');
      await second.screen.shows(title('Where to install'));
      await second.screen.shows('❯ (◉) A disk of this machine');
      expect(second.screen.rows()[0]).toMatch(/^ Xenwright · Host xen1 +step 2 of 12/);
      second.type('\u000e');
      await second.screen.shows(title('The disk'));
      second.type('\u0003');
      await second.screen.shows('Leave the wizard?');
      second.type('\u001b[B\r');
      await second.screen.shows('the shell again');
      await second.screen.shows(/^That was the demo/m);
      expect(second.screen.text()).not.toContain('─');
      expect(readFileSync(join(home(), 'after'), 'utf8')).toBe(readFileSync(join(home(), 'before'), 'utf8'));
    },
  );
});

describe('the terminal afterwards', () => {
  /** A shell that runs the bundle and writes down how the terminal is before and after. */
  async function shell(
    command: string,
  ): Promise<{ readonly screen: ScreenModel; readonly pty: IPty; readonly over: Promise<void>; raw(): string }> {
    const model = screenModel({ columns: 80, rows: 24, patienceMs: 20_000 });
    const pty = spawn('/bin/sh', ['-c', `stty -a > before; ${command}; stty -a > after; echo the shell again`], {
      cols: 80,
      rows: 24,
      cwd: home(),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home(),
        XDG_CONFIG_HOME: join(home(), 'config'),
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
      },
    });
    let raw = '';
    pty.onData((data) => {
      raw += data;
      model.write(data);
    });
    const over = new Promise<void>((resolve) => {
      pty.onExit(() => resolve());
    });
    await model.shows(title('Language and keyboard'));
    await model.lacks('Looking at this machine');
    return { screen: model, pty, over, raw: () => raw };
  }
  const state = (name: string): string => readFileSync(join(home(), name), 'utf8');
  const run = (): string => `'${process.execPath}' '${bundleFile()}'`;

  test('is as before when the wizard is left', { timeout: 30_000 }, async () => {
    const { screen, pty, over, raw } = await shell(run());
    pty.write('\u0003');
    await screen.shows('Leave the wizard?');
    pty.write('\u001b[B\r');
    await over;
    await screen.shows('the shell again');
    expect(state('after')).toBe(state('before'));
    expect(raw().lastIndexOf('\u001b[?1049l')).toBeGreaterThan(raw().lastIndexOf('\u001b[?1049h'));
    expect(raw().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(raw().lastIndexOf('\u001b[?2004h'));
  });

  test('is as before when the wizard fails, and its last words stand on it', { timeout: 30_000 }, async () => {
    const { screen, pty, over, raw } = await shell(run());
    // The answers can no longer be kept: nobody foresaw that.
    rmSync(join(home(), 'config/xenwright/draft.json'), { force: true });
    mkdirSync(join(home(), 'config/xenwright/draft.json/in-the-way'), { recursive: true });
    pty.write('\u000e');
    await over;
    await screen.shows('the shell again');
    expect(raw()).toContain('The wizard failed');
    expect(state('after')).toBe(state('before'));
    expect(raw().lastIndexOf('\u001b[?1049l')).toBeGreaterThan(raw().lastIndexOf('\u001b[?1049h'));
  });

  test('after SIGKILL stty sane is enough to go on', { timeout: 30_000 }, async () => {
    const { screen, over } = await shell(`sh -c 'echo $$ > pid; exec "$0" "$1"' ${run()}; stty sane`);
    const pid = Number(execFileSync('cat', [join(home(), 'pid')], { encoding: 'utf8' }));
    process.kill(pid, 'SIGKILL');
    await over;
    await screen.shows('the shell again');
    for (const flag of ['icanon', 'echo', 'isig', 'icrnl', 'opost'])
      expect([flag, new RegExp(`(^|\\s)${flag}\\b`).test(state('after'))]).toEqual([flag, true]);
  });
});
