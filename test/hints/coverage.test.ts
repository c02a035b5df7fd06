/**
 * Every error that can stop an install has its hint followed: here beside this file, in a test that is named below, or
 * the reason why it cannot be. A code without any of them is red, and so is a row whose code or test is gone.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor, type ArrayExpression, type Expression } from 'oxc-parser';
import { expect, test } from 'vitest';
import { callsIn, objectsIn, parsed, propertyOf, ROOT, sourcesUnder, textsOf } from '../program.ts';

/** Not on the way of an install: other commands, and what only they use. */
const NOT_AN_INSTALL = [
  'commands/attach/',
  'commands/boot/',
  'commands/wizard/demo.ts',
  'commands/domu/',
  'commands/host/',
  'commands/profile/',
  'commands/quickstart/',
  'commands/medium-session/',
  'commands/medium/build/',
  'commands/medium/copy/',
  'commands/medium/serve/',
  'install/machine-here.ts',
  'install/background.ts',
  'medium/build/',
  'medium/session/',
  'system/process/unit-run.ts',
  'system/vm/boot-machine.ts',
  'system/backup/',
  'system/http/server.ts',
  'system/disk/local-disk.ts',
  'system/medium/verify.ts',
  'system/medium/ssh.ts',
  'system/disk/usb-drive.ts',
  'system/run/support-bundle.ts',
  'system/files/wizard-files.ts',
  'profile/added-domus.ts',
  'profile/domu-by-options.ts',
];

/** Followed in another test: its file, and what it is called there. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, name: string]>> = {
  'base-damaged': [
    'test/actions/base-store.test.ts',
    'whose used ranges are torn to %j in the middle of a run is not written, and the hint leads out',
  ],
  'carried-bases-unfit': [
    'test/install/unfit-bases.test.ts',
    'where packages can be had the install goes on: each release is asked for once',
  ],
  'certificate-differs': [
    'test/system/source/fetch-profile.test.ts',
    'of a stranger is refused, with the way out; with its fingerprint it is taken',
  ],
  'medium-unreadable': [
    'test/actions/medium-copy.test.ts',
    'that are needed come from a mirror where one is known, and with the right sum only',
  ],
  'medium-lacks-packages': [
    'test/lab/medium.test.ts',
    'what a disc has is seen before anything is written, and every package it lacks is named',
  ],
  'medium-not-trusted': ['test/lab/medium.test.ts', 'one that nobody vouches for is refused'],
  'medium-sum-differs': ['test/medium/copy/probe.test.ts', 'is who names the sum of the whole medium, if it is right'],
  'not-a-medium': ['test/medium/copy/probe.test.ts', 'of what is no disc is nobody'],
  'own-package': [
    'test/install/tools.test.ts',
    'a program that has no package of itself is refused before the run, where the host shall have it',
  ],
  'record-newer': ['test/facts/record-forms.test.ts', '%s stops a command that would work on it'],
  'secret-in-clear': [
    'test/install/trusted-source.test.ts',
    'are read where each is allowed by its name, in either notation',
  ],
};

/** What there is to follow cannot be done by a test, or nothing is to be followed. */
const NOT_HERE: Readonly<Record<string, string>> = {
  dumb: 'a terminal that cannot draw: what is left is --ui plain, which every other test here uses',
  'no-terminal': 'no terminal at all: what is left is --ui plain, which every other test here uses',
  left: 'a person has left: the same command asks again',
  'machine-refused': 'it hands on what QEMU said',
  'missing-tools': 'a package of this machine would have to be removed',
  'target-busy': 'QEMU has the lock: the lab ends the other machine (test/lab/boot-verdict.full.test.ts)',
  'medium-cut': 'it is to be fetched again: another file',
  'medium-damaged': 'it is to be fetched again: another file',
  'medium-old': 'a medium is to be made anew (test/lab/medium-build-short.test.ts)',
  'no-room': 'a machine without memory (test/lab/medium-asks.full.test.ts)',
  'target-too-small': 'of copying a medium alone: a larger device',
  'target-in-use': 'of copying a medium alone: see disk-in-use',
  'not-signed': 'of profile sign alone',
  'device-differs': 'of devices that are kept: no layout of today keeps any (test/plan/storage/types.test.ts)',
};

/** Codes of errors, of refusals of the plan, of what a rule refuses on a machine. */
function codesIn(file: string): string[] {
  const program = parsed(file);
  const called = ['failure', 'worded', 'commandFailure', 'PlanRefusal', 'refused', 'problem', 'deviceFault']
    .flatMap((name) => callsIn(program, name))
    .flatMap(([id]) => textsOf(id ?? null));
  return [
    ...objectsIn(program).flatMap((object) => textsOf(propertyOf(object, 'code'))),
    ...called.map((id) => id.split('.')[0] ?? id),
  ].filter((code) => /^[a-z-]+$/.test(code) && !NOT_OURS.has(code));
}

/** Words of zod for an issue, which becomes a finding with a code of ours. */
const NOT_OURS = new Set(['custom']);

/** Codes whose hint is followed: the first word of a call, or of a row of a table that calls go through. */
function followedIn(file: string): string[] {
  const program = parsed(file);
  const rows: string[] = [];
  const note = (list: ArrayExpression): void => {
    for (const row of list.elements)
      if (row !== null && row.type !== 'SpreadElement')
        rows.push(...textsOf(row.type === 'ArrayExpression' ? (row.elements[0] as Expression) : row));
  };
  new Visitor({
    ForOfStatement: ({ right }) => {
      if (right.type === 'ArrayExpression') note(right);
    },
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && id.name === 'CHANGES' && init?.type === 'ArrayExpression') note(init);
    },
  }).visit(program);
  return [
    ...['hint', 'mended'].flatMap((name) => callsIn(program, name)).flatMap(([code]) => textsOf(code ?? null)),
    ...rows.filter((code) => /^[a-z]+(?:-[a-z]+)*$/.test(code)),
  ];
}

const stopping = new Set(
  [
    'actions',
    'appliance',
    'check',
    'command-line',
    'commands',
    'engine',
    'facts',
    'install',
    'medium',
    'plan',
    'profile',
    'rack',
    'system',
  ]
    .flatMap((room) => sourcesUnder(join('src', room)))
    .filter((file) => !NOT_AN_INSTALL.some((one) => file.startsWith(join('src', one))))
    .flatMap(codesIn)
    .concat('disk-full', 'internal-fault'),
);
const here = new Set(
  sourcesUnder('test/hints')
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('coverage.test.ts'))
    .flatMap(followedIn),
);

test('there are many of them', () => {
  expect(stopping.size).toBeGreaterThan(80);
});

test('each one is followed, or says where or why not', () => {
  expect(
    [...stopping].filter((code) => !here.has(code) && !(code in ELSEWHERE) && !(code in NOT_HERE)).toSorted(),
  ).toEqual([]);
});

test('every row is of a code that there is', () => {
  expect([...here, ...Object.keys(ELSEWHERE), ...Object.keys(NOT_HERE)].filter((code) => !stopping.has(code))).toEqual(
    [],
  );
  expect(
    [...Object.keys(ELSEWHERE), ...Object.keys(NOT_HERE)].filter((code) => here.has(code) && code in NOT_HERE),
  ).toEqual([]);
});

test.each(Object.entries(ELSEWHERE))('the test that follows %s is there', (code, [file, name]) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  const text = readFileSync(join(ROOT, file), 'utf8');
  expect(text).toContain(name);
  expect(text).toContain(code);
});
