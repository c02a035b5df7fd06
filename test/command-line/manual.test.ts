/** The manual page says of every command and option what its help says. */
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { declare } from '../../src/command-line/declare.ts';
import { listedCommands } from '../../src/command-line/listed.ts';
import { manualPage } from '../../src/command-line/manual.ts';
import { COMMANDS, WITHOUT_COMMAND } from '../../src/command-line/table.ts';

const page = manualPage('2026-11-30');
/** The page as it is read: without the requests' signs. */
const read = page
  .replaceAll(String.raw`\-`, '-')
  .replaceAll(/\\f[BIR]|\\&/g, '')
  .replaceAll(String.raw`\e`, '\\');

test('it has every command that there is, with each of its options and arguments, in the words of its help', () => {
  const listed = listedCommands(COMMANDS);
  expect(listed.map(({ path }) => path)).toEqual(expect.arrayContaining(['install', 'medium copy', 'domu add']));
  for (const { path, data } of listed) {
    const from = read.indexOf(`\n.SS ${path}`);
    expect(from, path).toBeGreaterThan(0);
    const until = read.indexOf('\n.S', from + 1);
    const section = read.slice(from, until + 1);
    const command = declare(new Command(data.name), data);
    for (const { flags, description } of command.options) expect(section).toContain(`.TP\n${flags}\n${description}\n`);
    for (const argument of command.registeredArguments)
      if (argument.description !== '') expect(section).toContain(`.TP\n${argument.name()}\n${argument.description}\n`);
  }
  for (const { flags } of declare(new Command(), WITHOUT_COMMAND).options) expect(read).toContain(`.TP\n${flags}\n`);
});

test('what is not for people, or not there yet, is not in it', () => {
  for (const row of COMMANDS)
    if ('isInternal' in row || 'isUnlisted' in row || 'isToCome' in row)
      expect(read).not.toContain(`.SS ${row.name}\n`);
  expect(read).not.toContain('not supported yet');
});

test('its first lines are what man and apropos look for, and exit codes are told', () => {
  expect(page.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^\.TH XENWRIGHT 1 "2026-11-30" "Xenwright \d[\d.\\-]*" "User Commands"$/),
    '.SH NAME',
    String.raw`xenwright \- installs a Xen host whole: the Dom0 and its DomUs, in one run, from one description`,
  ]);
  expect(read).toMatch(/Exit codes: 0 done, .* 4 refused on this machine, 5 an action failed/);
});

test('no text is read as a request, and every hyphen can be copied into a shell', () => {
  const requests = page.split('\n').filter((line) => /^[.']/.test(line));
  expect(requests.filter((line) => !/^\.(TH|SH|SS|TP|PP|B|BR|br)( |$)/.test(line))).toEqual([]);
  expect(page.split('\n').filter((line) => !line.startsWith('.TH') && /(?<!\\)-/.test(line))).toEqual([]);
  expect(page.endsWith('\n')).toBe(true);
});
