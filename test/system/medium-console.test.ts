import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { followConsole, masterConsole } from '../../src/system/medium-console.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'xw-console-'));

it('takes a key that was pressed on another console', async () => {
  const place = folder();
  const console = masterConsole(place);
  const key = console.key(30);
  setTimeout(() => appendFileSync(join(place, 'keys'), 'S'), 50);
  expect(await key).toBe('s');
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
  const followed = followConsole(place);
  console.wizardEverywhere();
  await followed;
});

it('keeps for every kind of console what it can show, and English as the log', () => {
  const place = folder();
  const console = masterConsole(place, 'cp437');
  console.say((signs) => (signs === 'ascii' ? 'none\n' : 'rien\n'));
  console.mirror('output\n');
  expect(['screen.log', 'screen-cp437.log', 'screen-unicode.log'].map((name) => readFileSync(join(place, name), 'utf8'))).toEqual(['none\noutput\n', 'rien\noutput\n', 'rien\noutput\n']);
  expect(console.lastLines()).toEqual(['none', 'output']);
});
