/** A run on the screen, in three kinds of terminal: panes, log, failures, the end; every key. */
import { afterEach, describe, expect, test } from 'vitest';
import { manyDomus } from '../ui/run-events.ts';
import { openRun, type RunOnScreen, type RunOptions } from './support/run.ts';
import { TERMINALS, type TerminalName } from './support/wizard.ts';

let screen: RunOnScreen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});
const open = async (options: RunOptions = {}): Promise<RunOnScreen> => {
  screen = await openRun(options);
  return screen;
};
const names = Object.keys(TERMINALS) as TerminalName[];
const title = (name: string): RegExp => new RegExp(`^ ${name}`, 'm');

describe.each(names)('on %s', (terminal) => {
  test('panes with their actions and bars, the overall bar, the log, the keys; nothing leaves its place', async () => {
    const { run, rows, shows, scrolled, text } = await open({ terminal, can: { detach: true } });
    run.start(0, ['host', 'dom0', 'web1', 'db1']);
    run.whole(0, 'host');
    run.begin(4, 'dom0/root');
    run.say(5, { type: 'action.progress', id: 'dom0/root', done: 150, total: 300, unit: 'MiB' });
    run.output(5, 'dom0/root', 'dd if=base of=/dev/xen1/root', 'command');
    for (let line = 1; line <= 40; line++) run.output(6, 'dom0/root', `line ${line} of dd\u001b[31m`);
    await shows('line 40 of dd');
    expect(rows()[0]).toMatch(/^ Xenwright . Install of xen1 +3 of 12 actions *$/);
    expect(rows()[1]).toMatch(/ 29 % /);
    expect(text()).toMatch(/host {2}done {2}3\/3 {2}4 s/);
    expect(text()).toMatch(/dom0 {2}working {2}0\/3/);
    expect(text()).toContain('Make the root of dom0');
    expect(text()).toMatch(/ 16 % {2}150 of 300 MiB/);
    expect(text()).toMatch(/Log . following/);
    expect(text()).toMatch(/12:00:06 dom0 {7}line 40 of dd/);
    expect(rows()[23]).toMatch(/Tab panes.*d detach.*\? keys/);
    expect(rows().every((row) => row.length <= 79)).toBe(true);
    expect(scrolled()).toBe(0);
    if (terminal === 'vt220') expect(text()).toMatch(/^[\x20-\x7e\n]*$/);
    if (terminal === 'linux') expect(text()).toMatch(/^[\x20-\x7e\n»─·■█░↑↓]*$/);
  });

  test('a failure says at once what and where, and f shows its last lines and the hint', async () => {
    const { run, press, shows, rows } = await open({ terminal });
    run.start(0, ['host', 'web1']);
    run.begin(1, 'web1/root');
    run.fail(3, 'web1/root');
    await shows('Error: web1: Make the root of web1: dd failed with exit code 1');
    expect(rows().join('\n')).toMatch(/web1 {2}failed/);
    press('f');
    await shows('| No space left on device');
    await shows('command: dd if=x of=/dev/xen1/web1-root');
    await shows('hint: make space, then --resume');
    press('escape');
    await shows(/Log . following/);
  });

  test('the end: what was installed, addresses, how to log in, where the time went', async () => {
    const { run, press, shows, text, end } = await open({
      terminal,
      logins: { dom0: { user: 'admin', byKey: true, bySshPassword: false, byPassword: true, root: 'password' } },
      logPath: '/s/log.txt',
    });
    run.start(0, ['host', 'dom0']);
    run.whole(0, 'host');
    run.whole(4, 'dom0', ['192.0.2.7/24']);
    run.end(8, 'done');
    await shows('Done: xen1 is installed, after 8 s');
    await shows('log in:  ssh admin@192.0.2.7');
    expect(text()).toContain('log in as admin at the console');
    expect(text()).toContain('host key SHA256:abc (ED25519)');
    expect(text()).toContain('Where the time went');
    press('end');
    await shows('The whole log is /s/log.txt.');
    press('enter');
    await expect(end).resolves.toBe('left');
  });
});

describe('panes beyond the screen', () => {
  test('are reached with Tab, arrows, Home and End, and the rule says which are in view', async () => {
    const { run, press, shows } = await open();
    run.start(0, ['host', 'dom0', ...manyDomus(20)]);
    await shows('1 to 6 of 22');
    press('tab', 'tab');
    await shows('❯ domu1 ');
    press('down');
    await shows('❯ domu3 ');
    press('down');
    await shows('❯ domu5 ');
    await shows('7 to 12 of 22');
    press('left');
    await shows('❯ domu4 ');
    await shows('1 to 6 of 22');
    press('end');
    await shows('❯ domu20 ');
    await shows('19 to 22 of 22');
    press('tab');
    await shows('❯ host ');
    press('backtab');
    await shows('❯ domu20 ');
  });

  test('a wider terminal has more of them; a small one says what it lacks', async () => {
    const { run, shows, resize } = await open();
    run.start(0, ['host', 'dom0', ...manyDomus(20)]);
    await shows('1 to 6 of 22');
    resize(160, 50);
    await shows(/1 to 2[0-9] of 22|domu20/);
    resize(30, 10);
    await shows('is 30×10');
    resize(80, 24);
    await shows('1 to 6 of 22');
  });
});

describe('the log', () => {
  const filled = async (): Promise<RunOnScreen> => {
    const opened = await open();
    opened.run.start(0, ['host', 'dom0']);
    for (let line = 1; line <= 100; line++)
      opened.run.output(
        1,
        line % 2 === 0 ? 'host/disk' : 'dom0/root',
        `line ${line} of ${line % 2 === 0 ? 'host' : 'dom0'}`,
      );
    await opened.shows('line 100 ');
    return opened;
  };

  test('scrolls, stands still while more comes, and Esc follows again', async () => {
    const { run, press, shows, text } = await filled();
    press('pageup');
    await shows('paused, Esc follows');
    const before = text()
      .split('\n')
      .filter((row) => row.includes(' of dom0'));
    run.output(2, 'host/disk', 'something new');
    press('pageup', 'pagedown');
    await shows(before[0] ?? '?');
    expect(text()).not.toContain('something new');
    press('escape');
    await shows('something new');
  });

  test('is that of one pane with Enter, and goes along with Tab', async () => {
    const { press, shows, lacks } = await filled();
    press('enter');
    await shows('Log of host');
    await lacks('of dom0');
    press('tab');
    await shows('Log of dom0');
    await lacks('of host');
    press('escape');
    await shows(/Log . following/);
  });

  test('is searched with /, and n and N go to the next places', async () => {
    const { press, shows } = await filled();
    press('/', 'line 3', 'enter');
    await shows('line 39 of dom0');
    await shows('paused');
    press('n');
    await shows('line 38 of host');
    press('n', 'N', 'N');
    await shows('line 39 of dom0');
    press('/', 'ctrl-u', 'no such words', 'enter');
    await shows('no such words was not found in the part of the log that is kept.');
  });

  test('has the whole screen with l, and its oldest line is reached', async () => {
    const { press, shows, rows, lacks } = await filled();
    press('l');
    await lacks('❯');
    expect(rows().filter((row) => row.includes('line ')).length).toBe(17);
    press('home');
    await shows('line 1 of dom0');
    press('l');
    await shows('❯');
  });
});

describe('leaving', () => {
  test('asks while the run goes on; staying is the first answer', async () => {
    let stops = 0;
    const { run, press, shows, lacks } = await open({
      can: { detach: true },
      ports: {
        stop: () => {
          stops += 1;
        },
      },
    });
    run.start(0, ['host']);
    press('ctrl-c');
    await shows('Leave this screen?');
    press('enter');
    await lacks('Leave this screen?');
    expect(stops).toBe(0);
    press('q');
    await shows('Leave this screen?');
    press('down', 'down', 'enter');
    await shows('Stopping');
    expect(stops).toBe(1);
    run.end(2, 'interrupted');
    await shows('Stopped before it was finished');
  });

  test('d leaves the run going, where it can', async () => {
    const { run, press, shows, end } = await open({ can: { detach: true } });
    run.start(0, ['host']);
    await shows('host');
    press('d');
    await expect(end).resolves.toBe('detached');
  });

  test('a key of what is not possible here does nothing and is not shown', async () => {
    const { run, press, shows, text } = await open();
    run.start(0, ['host']);
    run.begin(0, 'host/disk');
    run.fail(1, 'host/disk');
    run.end(2, 'failed');
    await shows('Not everything could be installed');
    press('d', 'r', 'e', 'b', 'R', 's', 'x', '?');
    await shows(title('Keys'));
    for (const word of ['detach', 'try again', 'boot it', 'a shell', 'write the log'])
      expect(text()).not.toContain(word);
  });

  test('what failed can be tried again', async () => {
    const { run, press, shows, end } = await open({ can: { retry: true } });
    run.start(0, ['host']);
    run.begin(0, 'host/disk');
    run.fail(1, 'host/disk');
    run.end(2, 'failed');
    await shows('r retry');
    press('r');
    await expect(end).resolves.toBe('retry');
  });

  test('a process that went away without a word is said to have', async () => {
    const { run, session, shows, press, end } = await open({ can: { detach: true } });
    run.start(0, ['host']);
    session.gone();
    await shows('The run has stopped unexpectedly');
    await shows('--resume');
    press('q');
    await expect(end).resolves.toBe('left');
  });
});

test('the log is written where one says, and a failure to write it is shown', async () => {
  const files: string[] = [];
  const { run, press, shows } = await open({
    ports: {
      exportLog: async (file) => {
        files.push(file);
        if (file === '/x') throw new Error('it is read-only');
      },
    },
  });
  run.start(0, ['host']);
  press('x');
  await shows('Write the log to: xenwright-log.txt');
  press('enter');
  await shows('The log is in xenwright-log.txt.');
  press('x', 'ctrl-u', '/x', 'enter');
  await shows('The log could not be written: it is read-only');
  expect(files).toEqual(['xenwright-log.txt', '/x']);
});

test('the terminal is free while a shell has it, and the screen comes back', async () => {
  const shell = Promise.withResolvers<void>();
  const { run, press, shows, until, written } = await open({ ports: { shell: () => shell.promise } });
  run.start(0, ['host']);
  await shows('host');
  press('s');
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  const before = written();
  run.output(1, 'host/disk', 'said meanwhile');
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  expect(written()).toBe(before);
  shell.resolve();
  await until('a frame', () => written() > before);
  await shows('said meanwhile');
});

test(
  '200 domains and 100,000 events: the last of each is on the screen, and the first are forgotten',
  { timeout: 60_000 },
  async () => {
    const { run, shows, press, session, scrolled } = await open();
    const domus = manyDomus(198);
    run.start(0, ['host', 'dom0', ...domus]);
    for (let event = 1; event <= 100_000; event++) {
      run.output(event / 1000, `${domus[event % 198] ?? ''}/root`, `line ${event}`);
      if (event % 2_000 === 0)
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
    }
    await shows('line 100000');
    await shows('1 to 6 of 200');
    press('end');
    await shows('❯ domu198 ');
    press('enter', 'l', 'home');
    await shows('Log of domu198');
    const { log } = session.getSnapshot().state;
    expect([log.first, log.last]).toEqual([100_000 - 16_384 + 1, 100_000]);
    expect(scrolled()).toBe(0);
  },
);
