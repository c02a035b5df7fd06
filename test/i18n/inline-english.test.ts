/**
 * No sentence for people stands in the code: its words are texts of locales/. The program is read as a parser does;
 * what is English all the same stands below, with why (docs/decisions/0016-what-stays-english.md).
 */
import { Visitor, type CallExpression, type NewExpression } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { parsed, sourcesUnder } from '../program.ts';

/** Whole folders and files, by how their paths begin. */
const APART: readonly (readonly [path: string, why: string])[] = [
  ['src/profile/', 'descriptions of fields, in the schema and docs/profile.md'],
  ['src/check/result.ts', 'descriptions of fields, in the schema of the result'],
  ['src/plan/distributions/', 'files that are written into a system of that family'],
  ['src/plan/dom0/', 'files and units that are written into the host'],
  ['src/plan/domu/', 'files and units that are written into a DomU'],
  ['src/plan/network/', 'files and units that are written into host and DomUs'],
  ['src/plan/trees/', 'files that are written into host and DomUs'],
  ['src/plan/boot/', 'menus and files of the boot loader'],
  ['src/plan/storage/devices/lvm-group.ts', 'files of LVM'],
  ['src/plan/formats/sh.ts', 'a script'],
  ['src/medium/build/grub-config.ts', 'menus of the boot loader: it draws before any language is known'],
  ['src/medium/build/live-files.ts', 'files of the live system'],
  ['src/medium/session/units.ts', 'units of the live system'],
  ['src/medium/copy/damage.ts', 'a file of GNU ddrescue'],
  ['src/ui/demo/', 'what the commands of a pretended run say'],
  ['src/facts/', 'what a machine says of itself, and names that are read again'],
  ['src/report/log-file.ts', 'lines of the log'],
  ['src/report/bundle.ts', 'files for whoever helps'],
  ['src/report/event-schema.ts', 'faults of an event, for the program that sent it'],
  ['src/host/status/formats/', 'words of the format, for the program that reads it'],
  ['src/host/status/figures.ts', 'what each figure is, for the program that collects them'],
  ['src/rack/answer.ts', 'answers of the HTTP server, for the program that asked'],
  ['src/rack/received.ts', 'faults of a report, for the program that sent it'],
  ['src/system/http/', 'answers of the HTTP server, and causes that a connection gives'],
];

/** Single sentences. */
const SENTENCES: readonly (readonly [file: string, text: RegExp, why: string])[] = [
  ['src/actions/base-build.ts', /^No space left/, 'read in the output of a command'],
  ['src/actions/base-medium.ts', /^the files of medium/, 'a lock that is waited for without a word'],
  ['src/actions/medium-copy.ts', /^(copied|, its implanted|\{\} files of the copy)/, 'lines of the log'],
  ['src/actions/tree-files.ts', /^\{\} files/, 'a line of the log'],
  ['src/command-line/declare.ts', /^Allowed choices/, "commander's own words"],
  ['src/command-line/program.ts', /^(unknown|\n\(Did you mean)/, "commander's own words"],
  ['src/commands/domu/add/run.ts', /^\{\}\{\}\n# Then/, 'a comment of a script'],
  ['src/commands/quickstart/run.ts', /^( {4}# xenwright boot|# Written by)/, 'a profile that is written'],
  ['src/commands/quickstart/run.ts', /npm start -- /, 'a command'],
  ['src/commands/rehearse/run.ts', /^auto: pvh$/, 'a field of the profile and its value'],
  ['src/host/domus/backup/backup.ts', /^domu backup$/, 'a command'],
  ['src/host/domus/birth/restore.ts', /^xenwright domu$/, 'a command'],
  ['src/host/domus/carry-out.ts', /^xenwright domu add/, 'a command'],
  ['src/host/domus/list-result.ts', /^DomUs, as/, 'a description in a schema'],
  ['src/host/domus/own-starter.ts', /^it was stopped$/, 'in the note of the host’s own starter, which reads it again'],
  ['src/host/domus/owned.ts', /^it is in the hands of xenwright domu/, 'in the note of the host’s own starter'],
  ['src/host/domus/rescue/stop.ts', /^domu rescue$/, 'a command'],
  ['src/host/domus/snapshot/revert.ts', /^it is being reverted/, 'in the note of the host’s own starter'],
  ['src/host/domus/stop.ts', /^\{\}: not down$/, "in the words of the host's own starter"],
  ['src/host/status/checks/clock.ts', /^Not synchronised/, 'read in the answer of chronyc'],
  ['src/host/status/checks/domus.ts', /^xl list/, 'a command'],
  ['src/host/status/checks/memory.ts', /^xl info/, 'a command'],
  ['src/host/status/domu-health.ts', /./, "causes, in the words of the host's own check (assets/host)"],
  ['src/host/status/finding.ts', /^exit code/, 'what the kernel says of a process'],
  ['src/i18n/seconds.ts', /^\{\} (min|h)/, 'units'],
  ['src/install/run-resources.ts', /^this machine$/, 'stands for the path of a disk where none is new'],
  ['src/plan/added-domus.ts', /./, 'what a fault of the planner is about'],
  ['src/report/records.ts', /^Leave the records/, 'an action that nobody is told of'],
  ['src/report/verdict.ts', /^Linux version/, 'read on a console'],
  ['src/system/disk/local-disk.ts', /^Xenwright host$/, 'the name of an entry of the firmware'],
  ['src/system/files/kept-lock.ts', /^echo held/, 'a script'],
  ['src/system/files/files.ts', /^\{\} is (a folder|not an|too)/, 'causes, as those of the kernel'],
  ['src/system/medium/packages.ts', /^the medium$/, "stands for a path in apt's words"],
  ['src/system/process/background.ts', /^exit code/, 'what the kernel says of a process'],
  ['src/system/process/provide-tools.ts', /^dnf install/, 'a command'],
  ['src/system/source/read-by-mount.ts', /^xenwright: mounted$/, 'read again in the output of a script'],
  ['src/system/vm/qemu.ts', /^with exit code/, 'what the kernel says of a process'],
  ['src/rack/page.ts', /^\n:root|^<!doctype/, 'HTML'],
  ['src/ui/host/actions.ts', /^domu /, 'commands'],
  ['components/screens/summary.tsx', /^\{\}: \/boot/, 'names of volumes'],
];

/** Calls whose texts are for programmers, or the schema's descriptions. */
const NOT_FOR_PEOPLE = /^(?:Error|TypeError|RangeError|describe|meta)$/;
/** Comments of the script that a dry run prints. */
const NOTES = new Set(['note', 'inputDescription']);

/** Two words side by side, or with a value between them. */
const SENTENCE = /(?<![\w/.@"'$=-])\p{L}?\p{Ll}+[,;:]? (?:\{\}[,;:]? )?\p{L}?\p{Ll}+(?![\w/=@-])/u;

interface Found {
  readonly file: string;
  readonly text: string;
}

/** Sentences that are written out in a file. What is put into a template reads `{}`. */
function sentencesIn(file: string, source?: string): Found[] {
  const program = parsed(file, source);
  const found: { text: string; from: number; to: number }[] = [];
  const apart: { from: number; to: number }[] = [];
  const note = ({ start, end }: { start: number; end: number }, text: string): void => {
    if (SENTENCE.test(text)) found.push({ text, from: start, to: end });
  };
  const skip = ({ start, end }: { start: number; end: number }): void => {
    apart.push({ from: start, to: end });
  };
  const call = (node: CallExpression | NewExpression): void => {
    const { callee } = node;
    const name =
      callee.type === 'Identifier'
        ? callee.name
        : callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
          ? callee.property.name
          : '';
    if (NOT_FOR_PEOPLE.test(name)) for (const argument of node.arguments) skip(argument);
  };
  new Visitor({
    Literal: (node) => {
      if (typeof node.value === 'string') note(node, node.value);
    },
    TemplateLiteral: (node) => {
      note(node, node.quasis.map(({ value }) => value.cooked ?? value.raw).join('{}'));
    },
    JSXText: (node) => {
      note(node, node.value);
    },
    CallExpression: call,
    NewExpression: call,
    Property: (node) => {
      if (node.key.type === 'Identifier' && NOTES.has(node.key.name)) skip(node.value);
    },
    TSLiteralType: skip,
    ImportDeclaration: skip,
  }).visit(program);
  return found
    .filter(({ from, to }) => !apart.some((range) => range.from <= from && to <= range.to))
    .map(({ text }) => ({ file, text }));
}

const found = [...sourcesUnder('src'), ...sourcesUnder('components')].flatMap((file) => sentencesIn(file));

/** Scripts are commands, with their own words. */
const SCRIPT = /\$[\w({]|"\$|&& |\|\| /;

describe('sentences in the code', () => {
  test('are found in texts, templates and what is drawn, and nowhere else', () => {
    const source = `
      import { a } from './some where.ts';
      io.out('nothing was changed');
      const said = isBad ? \`this is \${how} bad\` : 'xenwright plan';
      const drawn = <Text>not here yet</Text>;
      throw new Error('a fault of the program');
      const line = { argv: ['mkdir', '-p', '/a b'], note: 'made for what follows' };
      const key = 'cli.nothingChanged';
      schema.describe('Which field it is.');
    `;
    expect(sentencesIn('made-up.tsx', source).map(({ text }) => text)).toEqual([
      'nothing was changed',
      'this is {} bad',
      'xenwright plan',
      'not here yet',
    ]);
  });

  test('are only those that have a reason', () => {
    expect(
      found
        .filter(({ file }) => !APART.some(([path]) => file.startsWith(path)))
        .filter(({ file, text }) => !SENTENCES.some(([of, words]) => file === of && words.test(text)))
        .filter(({ text }) => !SCRIPT.test(text))
        .map(({ file, text }) => `${file}: ${text}`),
    ).toEqual([]);
  });

  test('have reasons that are still needed', () => {
    expect(APART.filter(([path]) => !found.some(({ file }) => file.startsWith(path)))).toEqual([]);
    expect(
      SENTENCES.filter(([of, words]) => !found.some(({ file, text }) => file === of && words.test(text))).map(
        ([file, words]) => `${file} ${words}`,
      ),
    ).toEqual([]);
  });
});
