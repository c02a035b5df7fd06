/** The host's screen in three kinds of terminal: what it shows, every key, and that nothing leaves its place. */
import { afterEach, describe, expect, test } from 'vitest';
import { domu, manyDomus, NO_GATEWAY, overviewOf, pretendHost, reportOf, stopped } from '../ui/host-pretend.ts';
import { openHost, type HostOnScreen, type HostOptions } from './support/host.ts';
import { TERMINALS, type TerminalName } from './support/wizard.ts';

let screen: HostOnScreen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});
const open = async (options: HostOptions = {}): Promise<HostOnScreen> => {
  screen = await openHost(options);
  return screen;
};
const names = Object.keys(TERMINALS) as TerminalName[];

describe.each(names)('on %s', (terminal) => {
  test('DomUs, Dom0, what is free, the network, findings and keys; nothing leaves its place', async () => {
    const host = pretendHost([domu('web1'), stopped('db1')]);
    host.report = reportOf([NO_GATEWAY]);
    const { rows, shows, scrolled, text } = await open({ terminal, host });
    await shows('Warning: there is no default route');
    expect(rows()[0]).toMatch(/^ Xenwright . Host xen1 +2 DomUs, 1 running *$/);
    expect(rows()[1]).toMatch(/^ Dom0 4096 MiB, CPU .* . memory 20\.0 GiB free . xen1 256\.0 GiB free$/);
    expect(text()).toMatch(/1 guest .. xenbr0 .. eno1 +192\.0\.2\.10\/24/);
    expect(text()).toMatch(/NAME +STATE +MEMORY +CPU +DISK +ADDRESS/);
    expect(text()).toMatch(/web1 +up +2048 MiB +- +8192 MiB +192\.0\.2\.11/);
    expect(text()).toMatch(/db1 +stopped +2048 MiB +- +8192 MiB/);
    expect(rows()[23]).toMatch(/s start|t stop/);
    expect(rows()[23]).toMatch(/Enter all {1,2}w checks {1,2}\? keys {1,2}q leave/);
    expect(rows().every((row) => row.length <= 79)).toBe(true);
    expect(scrolled()).toBe(0);
    if (terminal === 'vt220') expect(text()).toMatch(/^[\x20-\x7e\n]*$/);
    if (terminal === 'linux') expect(text()).toMatch(/^[\x20-\x7e\n»─·■█░↑↓]*$/);
  });

  test('why a DomU is not up stands there with the highlight on it', async () => {
    const { press, shows } = await open({ terminal });
    await shows('web1: up; pvh grub; 2 vCPUs; starts with the host');
    press('end');
    await shows('db1: stopped; it was stopped; pvh grub');
  });
});

describe('what a key does', () => {
  test('start begins at once, is seen at its DomU, and its end is told', async () => {
    const { press, shows, lacks, host, rows } = await open({ host: pretendHost([stopped('db1'), domu('web1')]) });
    await shows('s start');
    press('s');
    await shows(/db1 +start \.\.\./);
    expect(host.ran).toEqual(['domu start db1']);
    // One command at a time changes a DomU.
    expect(rows()[23]).not.toContain('s start');
    press('s');
    host.say('Starting db1.');
    await shows('Starting db1.');
    host.overview = overviewOf([domu('db1', { domid: 7 }), domu('web1')]);
    host.say('db1: up, 192.0.2.12');
    host.end(0);
    await shows('db1: up, 192.0.2.12');
    await lacks('start ...');
    await shows(/db1 +up/);
    expect(host.ran).toEqual(['domu start db1']);
  });

  test('stop says what ends and which command does the same; no is the first answer', async () => {
    const { press, shows, lacks, host } = await open({ host: pretendHost([domu('web1')]) });
    await shows('t stop');
    press('t');
    await shows('web1: stop?');
    await shows('Everything that runs in web1 ends.');
    await shows('command: xenwright domu stop web1');
    await shows('❯ No, change nothing');
    press('enter');
    await lacks('No, change nothing');
    expect(host.ran).toEqual([]);
    press('t', 'down', 'enter');
    await shows(/web1 +stop \.\.\./);
    expect(host.ran).toEqual(['domu stop web1']);
  });

  test('switching off is compared to a power failure', async () => {
    const { press, shows, host } = await open({ host: pretendHost([domu('web1')]) });
    await shows('t stop');
    press('f');
    await shows('Like a power failure');
    await shows('command: xenwright domu stop --force --yes web1');
    press('down', 'enter');
    await shows('switch off ...');
    expect(host.ran).toEqual(['domu stop --force --yes web1']);
  });

  test('Enter shows all that can be done, each with its command', async () => {
    const { press, shows, lacks, text, host } = await open({ host: pretendHost([domu('web1')]) });
    await shows('Enter all');
    press('enter');
    await shows(/t {2}stop +xenwright domu stop web1/);
    await shows(/e {2}rescue +xenwright domu rescue --files web1/);
    expect(text()).not.toMatch(/ s {2}start/);
    await shows('Asks the DomU to shut down, and waits. Everything that runs in web1 ends.');
    press('down', 'down');
    await shows('Its console in this terminal');
    press('enter');
    await lacks('xenwright domu stop web1');
    expect(host.ran).toEqual(['in front: domu console web1']);
  });

  test('console and log have the terminal, and the screen comes back', async () => {
    const host = pretendHost([domu('web1')]);
    const shell = Promise.withResolvers<number>();
    host.runInFront = async (args) => {
      host.ran.push(args.join(' '));
      return await shell.promise;
    };
    const { press, shows, until, written, settled } = await open({ host });
    await shows('c console');
    press('c');
    await until('the command', () => host.ran.length === 1);
    expect(host.ran).toEqual(['domu console web1']);
    await settled();
    const before = written();
    host.change(overviewOf([domu('web2')]));
    await new Promise((resolve) => {
      setTimeout(resolve, 600);
    });
    expect(written()).toBe(before);
    shell.resolve(0);
    await shows('web2');
  });

  test('an error has its code and its hint, and the screen goes on', async () => {
    const { press, shows, host, lacks } = await open({ host: pretendHost([stopped('db1')]) });
    await shows('s start');
    press('s');
    await shows('start ...');
    host.say('xenwright: a disk of db1 is in use: /dev/xen1/db1 [disk-in-use]');
    host.say('  hint: unmount it');
    host.end(5);
    await shows('Error: db1: start: exit code 5. a disk of db1 is in use: /dev/xen1/db1');
    await shows('hint: unmount it');
    press('o');
    await shows('$ xenwright domu start db1');
    await shows('exit code 5');
    press('escape');
    await shows('s start');
    // Read, it makes room.
    press('down');
    await lacks('disk-in-use');
  });

  test('what a command needs to be told is asked for, with the command below it', async () => {
    const commands = ['domu copy', 'domu start'];
    const { press, shows, host } = await open({ host: pretendHost([stopped('db1')]), commands });
    await shows('y copy');
    press('y');
    await shows('Name of the copy:');
    press('db2');
    await shows('command: xenwright domu copy db1 db2');
    press('enter');
    await shows('q leave');
    expect(host.ran).toEqual(['in front: domu copy db1 db2']);
  });

  test('a command that does not exist has no key, no row and no line in the help', async () => {
    const { press, shows, text, host } = await open({ host: pretendHost([stopped('db1')]), commands: ['domu start'] });
    await shows('s start');
    for (const word of ['remove', 'copy', 'snapshot', 'backup', 'rescue', 'add']) expect(text()).not.toContain(word);
    press('d', 'y', 'p', 'b', 'e', 'a', '?');
    await shows(' Keys');
    for (const word of ['Removes', 'another DomU of it', 'Adds DomUs']) expect(text()).not.toContain(word);
    expect(host.ran).toEqual([]);
  });

  test('a leaves for the screens of more DomUs, q for the shell', async () => {
    const first = await open();
    await first.shows('a add');
    first.press('a');
    await expect(first.end).resolves.toBe('add');
    await first.close();
    const { press, shows, end } = await open();
    await shows('q leave');
    press('q');
    await expect(end).resolves.toBe('left');
  });
});

describe('texts in place of the list', () => {
  test('findings with hints, the network, the keys', async () => {
    const host = pretendHost();
    host.report = reportOf([NO_GATEWAY]);
    const { press, shows } = await open({ host });
    await shows('there is no default route');
    press('w');
    await shows(' Checks of the host');
    await shows('see ip addr, bridge link');
    press('n');
    await shows(' Network');
    await shows('xenbr0');
    press('?');
    await shows('move in the list');
    await shows('Adds DomUs');
    press('end');
    await shows('names its volumes');
    press('escape');
    await shows('NAME');
  });
});

describe('an empty list says why', () => {
  test.each([
    ['there is none', overviewOf([]), 'This host has no DomUs. a adds the first one.'],
    ['somebody else installed it', overviewOf([], { isInstalled: false }), 'This host was not installed by Xenwright'],
    [
      'not root',
      overviewOf([], { isRoot: false, list: { version: 1, xen: true, why: 'Permission denied', domus: [] } }),
      'xl needs root: leave with q, then run  sudo xenwright',
    ],
    [
      'without Xen',
      overviewOf([], { domains: [], memory: null, list: { version: 1, xen: false, why: null, domus: [] } }),
      'Xen is not running, so no DomU can run. Restart the host',
    ],
    [
      'xl is silent',
      overviewOf([], { domains: [], list: { version: 1, xen: true, why: 'xl does not answer', domus: [] } }),
      'The list is incomplete: xl does not answer',
    ],
  ])('%s', async (_, overview, why) => {
    const host = pretendHost();
    host.overview = overview;
    const { shows, press, end } = await open({ host });
    await shows(why.slice(0, 60));
    press('s', 't', 'enter', 'down', 'q');
    await expect(end).resolves.toBe('left');
  });

  test('one that has DomUs without Xen says it below them', async () => {
    const host = pretendHost();
    host.overview = overviewOf([stopped('db1')], {
      list: { version: 1, xen: false, why: null, domus: [stopped('db1')] },
    });
    const { shows } = await open({ host });
    await shows('db1');
    await shows('Error: Xen is not running');
  });
});

describe('many DomUs', () => {
  test('200 of them: the highlight stays with its DomU when others come and go', async () => {
    const { press, shows, host, scrolled, rows } = await open({ host: pretendHost(manyDomus(200)) });
    await shows('200 DomUs, 150 running');
    press('end');
    await shows('❯ domu199');
    press('pageup');
    await shows(/❯ domu18\d/);
    const at = /❯ (domu18\d)/.exec(rows().join('\n'))?.[1] ?? '';
    host.change(overviewOf([domu('a-new-one'), ...manyDomus(200)]));
    await shows('201 DomUs');
    await shows(`❯ ${at}`);
    expect(scrolled()).toBe(0);
    press('home');
    await shows('❯ a-new-one');
  });

  test('are searched with /', async () => {
    const { press, shows, lacks } = await open({ host: pretendHost(manyDomus(200)) });
    await shows('200 DomUs');
    press('/', '17');
    await shows('Search: 17');
    await lacks('domu000');
    await shows('❯ domu017');
    press('down', 'enter');
    await shows('❯ domu117');
    press('escape');
    await shows('domu116');
    press('/', 'no such');
    await shows('no such was not found');
  });
});

describe('any size', () => {
  test.each([
    [60, 15],
    [40, 10],
    [72, 20],
    [132, 43],
  ])('%i×%i: a list, a highlight, keys', async (columns, rows) => {
    const { press, shows, rows: lines, scrolled } = await open({ columns, rows, host: pretendHost(manyDomus(50)) });
    await shows('❯ domu000');
    await shows('q leave');
    for (const [key, text] of [
      ['enter', 'xenwright do'],
      ['t', 'No, change nothing'],
      ['?', 'Keys'],
      ['/', 'Search'],
    ] as const) {
      press(key);
      await shows(text);
      press('escape');
      await shows('q leave');
    }
    press('end');
    await shows('❯ domu049');
    expect(lines().every((row) => row.length <= columns - 1)).toBe(true);
    expect(lines()).toHaveLength(rows);
    expect(scrolled()).toBe(0);
  });

  test('a tiny one says what it lacks, and a larger one has all again', async () => {
    const { resize, shows } = await open();
    await shows('NAME');
    resize(30, 8);
    await shows('is 30×8');
    resize(1, 1);
    resize(80, 24);
    await shows('NAME');
    resize(60, 15);
    await shows('q leave');
  });
});

test('shares of processors are shown when they are known', async () => {
  const host = pretendHost([domu('web1')]);
  const { shows } = await open({ host });
  await shows(/web1 +up +2048 MiB +\d+ % /);
});

test('a name of a guest draws nothing', async () => {
  const { shows, text } = await open({
    host: pretendHost([domu('evil\u001b[2Jname\u202e', { by: 'unknown', why: '\u001b[31mred' })]),
  });
  await shows('evil');
  expect(text()).toContain('evil [2Jname');
});
