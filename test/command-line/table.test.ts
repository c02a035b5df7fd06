/** The table of commands: help is made of it, and loads nothing that a command itself needs. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandData, CommandRow } from '../../src/command-line/command.ts';
import { commandLine } from '../../src/command-line/program.ts';
import { COMMANDS, WITHOUT_COMMAND } from '../../src/command-line/table.ts';
import { KINDS } from '../../src/command-line/values/kinds.ts';
import { inEnglish } from '../../src/i18n/english.ts';
import { parsed, ROOT, sourcesUnder } from '../program.ts';

/** What a file loads at once: types are gone by then, and what is imported later is not loaded yet. */
function importsOf(file: string): string[] {
  return parsed(file).body.flatMap((node) =>
    (node.type === 'ImportDeclaration' && node.importKind !== 'type') ||
    ((node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration') && node.exportKind !== 'type')
      ? (node.source?.value ?? [])
      : [],
  );
}

function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const name of importsOf(file)) {
    const path = name.startsWith('.') ? join(dirname(file), name) : name;
    if (seen.has(path)) continue;
    seen.add(path);
    if (/\.tsx?$/.test(path) && existsSync(join(ROOT, path))) loadedBy(path, seen);
  }
  return seen;
}

/** Those that say what a command is: a file of its own, or one in a folder with its code. */
const dataFiles = (): string[] =>
  sourcesUnder('src/commands').filter((file) => file.endsWith('/command.ts') || dirname(file) === 'src/commands');

const verbsOf = (row: CommandRow, path = row.name): { readonly path: string; readonly row: CommandRow }[] =>
  'commands' in row ? row.commands.flatMap((one) => verbsOf(one, `${path} ${one.name}`)) : [{ path, row }];
const verbs = COMMANDS.flatMap((row) => verbsOf(row));

/** What is told on the way to the end of the command line. */
async function told(...words: readonly string[]): Promise<string> {
  return await toldOf(words, words);
}

/** `known`: the words that the command line is made for; null: for any. */
async function toldOf(known: readonly string[] | null, words: readonly string[]): Promise<string> {
  const said: string[] = [];
  const note = (text: string): void => {
    said.push(text);
  };
  const io = { readText: async () => '', out: note, err: note, interactive: false };
  const cli = commandLine(io, () => note('it ran'), known);
  const all = [cli, ...cli.commands, ...cli.commands.flatMap(({ commands }) => commands)];
  for (const command of all) command.configureOutput({ writeOut: note, writeErr: note });
  await cli.parseAsync([...words], { from: 'user' }).catch((error: unknown) => note(String(error)));
  return said.join('');
}

test('help, usage and the values of options load no schema, no screens, no files and servers', () => {
  const loaded = [...loadedBy('src/main.ts')];
  expect(loaded.length).toBeGreaterThan(40);
  expect(
    loaded.filter(
      (name) =>
        /^(zod|ink|react|i18next|yaml|execa|conf|write-file-atomic|node:(fs|net|tls|http|child_process))/.test(name) ||
        /^src\/(profile\/schema|check|plan|facts|engine|actions|install|host|ui|report)/.test(name) ||
        /^src\/system\/(?!process\/(ignore-hangup|process-io)\.ts$)/.test(name) ||
        /^(components|locales\/(?!en\.json$))/.test(name),
    ),
  ).toEqual([]);
});

test('what a command is loads data of the command line alone', () => {
  const files = dataFiles();
  expect(files.length).toBeGreaterThan(18);
  expect(
    files.flatMap((file) =>
      importsOf(file)
        .map((name) => join(dirname(file), name))
        .filter((path) => path !== 'src/command-line/shared-options.ts')
        .map((path) => `${file}: ${path}`),
    ),
  ).toEqual([]);
  expect(importsOf('src/command-line/shared-options.ts')).toEqual([]);
});

test('each of these files is a row of the table', () => {
  const rows = importsOf('src/command-line/table.ts').map((name) => join('src/command-line', name));
  expect(rows.toSorted()).toEqual(dataFiles());
});

test.each([{ path: '', row: WITHOUT_COMMAND as CommandRow }, ...verbs])(
  'the help of "$path" says all that its data says',
  async ({ path, row }) => {
    const help = (await told(...path.split(' ').filter((word) => word !== ''), '--help')).replaceAll(/\s+/g, ' ');
    expect(help).toContain(inEnglish({ key: row.words }));
    const { options = [], arguments: wanted = [], notes } = row as CommandData;
    for (const { flags, words, choices = [], kind, default: usual = '' } of options) {
      for (const text of [flags, inEnglish({ key: words }), ...choices, usual]) expect(help).toContain(text);
      if (kind !== undefined) expect(help).toContain(KINDS[kind].example ?? '');
    }
    for (const { term, words, choices = [] } of wanted)
      for (const text of [term, words === undefined ? '' : inEnglish({ key: words }), ...choices])
        expect(help).toContain(text);
    if (notes !== undefined) expect(help).toContain(inEnglish({ key: notes }).replaceAll(/\s+/g, ' '));
    expect(help).not.toMatch(/default: \[\]|commandLine\.|\{\{/);
  },
);

test.each([[], ['domu'], ['medium'], ['host']])(
  'a list of commands is the same whether all of them are made, or the one that is asked for: %j',
  async (...group) => {
    const words = [...group, '--help'];
    const list = await toldOf(words, words);
    expect(list).toBe(await toldOf(null, words));
    expect(list).toContain('Commands:');
  },
);

test.each([
  [['instal'], 'install'],
  [['instal', 'p.yaml', '--dry-run'], 'install'],
  [['help', 'isntall'], 'install'],
  [['quickstrat'], 'quickstart'],
  [['help', 'medium', 'serv'], 'serve'],
  [['medium', 'biuld'], 'build'],
  [['domu', 'lst'], 'list'],
  [['build'], 'medium build'],
  [['help', 'build'], 'medium build'],
  [['--dmo'], '--demo'],
  [['check', 'p.yaml', '--fact', 'f.json'], '--facts'],
  [['medium', 'build', '--netbot', 'x'], '--netboot'],
  [['domu', 'add', 'p.yaml', '--dryrun'], '--dry-run'],
  [['install', 'p.yaml', '--ui', 'plian'], 'plain'],
  [['attach', '--ui', 'pane'], 'panes'],
  [['medium', 'build', '--on-error', 'rebot'], 'reboot'],
  [['boot', 'x.img', '--firmware', 'efi'], 'uefi'],
  [['profile', 'hsah', 'p.yaml'], 'hash'],
])('%j: did you mean %s?', async (words, meant) => {
  const text = await told(...words);
  expect(text).toContain(`\n(Did you mean ${meant}?)\n(xenwright `);
  expect(text).not.toContain('it ran');
});

test.each([[['xyzzy']], [['profile', 'xyzzy', 'p.yaml']], [['install', 'p.yaml', '--ui', 'q']], [['agnet']]])(
  '%j is like nothing that there is for people',
  async (words) => {
    expect(await told(...words)).not.toContain('Did you mean');
  },
);

test('who is told that something is wrong is told whose help says more', async () => {
  expect(await told('medium', 'copy')).toContain('(xenwright medium copy --help shows its options)');
  expect(await told('medium', 'eat')).toContain('(xenwright medium --help shows the commands)');
  expect(await told('eat')).toContain('(xenwright --help shows the commands)');
});
