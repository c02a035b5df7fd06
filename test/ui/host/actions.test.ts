/** The table of actions: each key once, each possible only where it makes sense, and the command that is run. */
import { describe, expect, test } from 'vitest';
import { listedCommands } from '../../../src/command-line/listed.ts';
import { commandLine } from '../../../src/command-line/program.ts';
import { COMMANDS } from '../../../src/command-line/table.ts';
import { ACTIONS, ADD, argumentsOf, possibleActions } from '../../../src/ui/host/actions.ts';
import type { ListedDomu } from '../../../src/host/domus/list-result.ts';
import { domu, stopped } from '../host-pretend.ts';

const all = new Set(ACTIONS.map(({ command }) => command));
const keys = (one: ListedDomu, commands: ReadonlySet<string> = all): string =>
  possibleActions(one, { isRoot: true }, commands)
    .map(({ key }) => key)
    .join('');

/** Those of the list itself. */
const TAKEN = ['q', '/', '?', 'w', 'n', 'o', ADD.key];

test('no key means two things', () => {
  for (const one of [domu('a'), stopped('a'), domu('a', { state: 'in-rescue' }), domu('a', { state: 'crashed' })])
    expect(new Set(keys(one)).size).toBe(keys(one).length);
  expect(ACTIONS.filter(({ key }) => TAKEN.includes(key))).toEqual([]);
});

describe('what is possible', () => {
  test.each([
    ['one that runs', domu('a'), 'trcleypbmf'],
    ['one that is stopped', stopped('a'), 'sleypbmd'],
    ['one that has crashed', domu('a', { state: 'crashed', up: false }), 'trleypbmf'],
    ['one in rescue', stopped('a', { state: 'in-rescue' }), 'le'],
    ['one that is ending', domu('a', { state: 'dying', up: false }), 'lypbmf'],
    ['one that only runs', domu('a', { by: 'unknown', config: null, type: null }), 'tclf'],
    ['one made by hand, which is not deleted from here', stopped('a', { by: 'hand' }), 'sleypbi'],
    ['an HVM one has no log', domu('a', { type: 'hvm' }), 'trceypbmf'],
    ['one whose state nobody knows', domu('a', { state: 'unknown', up: false, domid: null }), 'l'],
  ])('with %s', (_, one, wanted) => {
    expect(keys(one)).toBe(wanted);
  });

  test('nothing without root, and nothing with a domain that is dying without a name', () => {
    expect(possibleActions(domu('a'), { isRoot: false }, all)).toEqual([]);
    expect(keys(domu('(null)'))).toBe('');
    expect(possibleActions(null, { isRoot: true }, all)).toEqual([]);
  });

  test('only what there is a command for', () => {
    expect(keys(domu('a'), new Set(['domu console']))).toBe('c');
  });
});

test('each that loses something says so before', () => {
  expect(ACTIONS.filter(({ dies }) => dies !== undefined).map(({ id }) => id)).toEqual([
    'stop',
    'restart',
    'off',
    'remove',
  ]);
});

const known = new Set(listedCommands(COMMANDS).map(({ path }) => path));

test.each(ACTIONS.filter(({ command }) => known.has(command)))(
  'the command of $id is one that the command line takes',
  async (action) => {
    for (const name of ['web1', '--all']) {
      const told: string[] = [];
      const note = (text: string): void => {
        told.push(text);
      };
      const io = { readText: async () => '', out: note, err: note, interactive: false };
      const cli = commandLine(io, () => undefined);
      const words = argumentsOf(action, name, action.id === 'set' ? 'memory=1G' : 'typed');
      const group = cli.commands.find((one) => one.name() === words[0]);
      const verb = group?.commands.find((one) => one.name() === words[1]);
      let ran: readonly unknown[] = [];
      verb?.configureOutput({ writeOut: note, writeErr: note }).action((...given: readonly unknown[]) => {
        ran = given;
      });
      const refusal = await cli.parseAsync(words, { from: 'user' }).then(
        () => null,
        (error: unknown) => String(error),
      );
      // Some commands take no such names: then they are told so, and nothing else is read in it.
      if (refusal === null) expect(ran.flat().find((one) => one === name)).toBe(name);
      else expect([name, refusal]).toEqual(['--all', expect.stringContaining('not a name')]);
      expect(told).toEqual([]);
    }
  },
);

test('what is typed is one word of the command, and no option', () => {
  const copy = ACTIONS.find(({ id }) => id === 'copy');
  const backup = ACTIONS.find(({ id }) => id === 'backup');
  if (copy === undefined || backup === undefined) throw new Error('no such action');
  expect(argumentsOf(copy, 'web1', '--force')).toEqual(['domu', 'copy', '--', 'web1', '--force']);
  expect(argumentsOf(backup, 'web1', '--x; rm')).toEqual(['domu', 'backup', '--to=--x; rm', 'web1']);
});
