import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { XenwrightError } from '../../../src/errors.ts';
import { announceConsole, doOn, doTask, otherConsoles, taskFor } from '../../../src/system/terminal/console-tasks.ts';
import { followConsole, masterConsole } from '../../../src/system/medium/console.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'xw-console-'));

it('takes a key that was pressed on another console, and knows which that is until the next key', async () => {
  const place = folder();
  const console = masterConsole(place);
  const key = console.key(30);
  setTimeout(() => appendFileSync(join(place, 'keys'), '["ttyS0","S"]\n'), 50);
  expect(await key).toBe('s');
  expect(console.from()).toBe('ttyS0');
  expect(await console.key(0)).toBeNull();
  expect(console.from()).toBeNull();
});

it('has a follower do what is to be done there, and goes on following', async () => {
  const place = folder();
  const console = masterConsole(place);
  const asked: unknown[] = [];
  const followed = followConsole(place, 'ttyS0', async ({ kind, data }) => {
    asked.push([kind, data]);
    if (kind === 'secret')
      throw new XenwrightError({ code: 'interrupted', exit: 130, message: 'no password was given', hint: 'once more' });
    return 'an answer';
  });
  expect(await otherConsoles(place)).toEqual(['ttyS0']);
  expect(await doOn(place, 'ttyS0', { kind: 'ask', data: { sections: ['network'] } })).toEqual({ result: 'an answer' });
  await expect(doOn(place, 'ttyS0', { kind: 'secret', data: 'Password: ' })).rejects.toMatchObject({
    code: 'interrupted',
    exit: 130,
    message: 'no password was given',
    hint: 'once more',
  });
  expect(asked).toEqual([
    ['ask', { sections: ['network'] }],
    ['secret', 'Password: '],
  ]);
  console.wizardEverywhere();
  await followed;
});

it('hands nothing to a console whose session has ended, and says so', async () => {
  const place = folder();
  const ended = spawnSync('true').pid;
  mkdirSync(join(place, 'consoles'));
  writeFileSync(join(place, 'consoles/ttyS0.pid'), String(ended));
  expect(await otherConsoles(place)).toEqual([]);
  expect(await doOn(place, 'ttyS0', { kind: 'shell', data: 'x' })).toBeNull();
});

it('answers and tasks are for root alone', async () => {
  const place = folder();
  announceConsole(place, 'ttyS0');
  const done = doOn(place, 'ttyS0', { kind: 'secret', data: 'Password: ' });
  await vi.waitUntil(() => taskFor(place, 'ttyS0') !== null);
  expect(statSync(join(place, 'consoles/ttyS0.task')).mode & 0o077).toBe(0);
  await doTask(place, 'ttyS0', { kind: 'secret', data: '' }, async () => 'c4n4ry');
  expect(await done).toEqual({ result: 'c4n4ry' });
  expect(readdirSync(join(place, 'consoles'))).toEqual(['ttyS0.pid']);
});

it('waits no longer than it was told, and tells the seconds', async () => {
  const told: number[] = [];
  expect(await masterConsole(folder()).key(1, (left) => told.push(left))).toBeNull();
  expect(told[0]).toBe(1);
});

it('keeps what was said for the others, and its last lines without signs for the terminal', () => {
  const console = masterConsole(folder());
  console.say('one\n');
  console.mirror('\u001B[31mtwo\u001B[0m\n');
  expect(console.lastLines()).toEqual(['one', 'two']);
  expect(readFileSync(console.logPath, 'utf8')).toContain('one\n');
});

it('counts a line that was written over as one: a countdown drives out nothing', () => {
  const console = masterConsole(folder());
  console.say('no answer\n');
  for (const left of [3, 2, 1]) console.say(`\rattempt 2 in ${left} s `);
  expect(console.lastLines()).toEqual(['no answer', 'attempt 2 in 1 s ']);
  console.say('\nhere it is\r\n');
  expect(console.lastLines()).toEqual(['no answer', 'attempt 2 in 1 s ', 'here it is']);
});

it('ends a follower when every console is to have its own wizard', async () => {
  const place = folder();
  const console = masterConsole(place);
  const followed = followConsole(place, 'ttyS0', async () => undefined);
  console.wizardEverywhere();
  await followed;
});

it('keeps for every kind of console what it can show, and English as the log', () => {
  const place = folder();
  const console = masterConsole(place, 'cp437');
  console.say((characters) => (characters === 'ascii' ? 'none\n' : 'rien\n'));
  console.mirror('output\n');
  expect(
    ['screen.log', 'screen-cp437.log', 'screen-unicode.log'].map((name) => readFileSync(join(place, name), 'utf8')),
  ).toEqual(['none\noutput\n', 'rien\noutput\n', 'rien\noutput\n']);
  expect(console.lastLines()).toEqual(['none', 'output']);
});
